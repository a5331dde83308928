package dev.pando.horde;

import dev.pando.core.BackOff;
import java.time.Duration;

/// How a [DistributedSupervisor] treats its children; the same on all nodes.
///
/// @param placement chooses the node of a child
/// @param takeOvers has a say when a child of a lost node is started on another one
/// @param restarts how often one child may fail within `period` before it is left alone, in state
///     [ChildState#CRASHED]
/// @param backOff how long a child that has failed waits before it is started again, in state
///     [ChildState#PENDING]; counted for each child apart
/// @param redistribution whether running children follow the placement
/// @param handOver how long the move of one child may take, from the moment in which it is
///     suspended; it goes on where it was then
/// @param drain how long a node that stops hands its children over before it stops those that are
///     left; 0 when it hands over none
public record SupervisorOptions(
        Placement placement,
        TakeOvers takeOvers,
        int restarts,
        Duration period,
        BackOff backOff,
        Redistribution redistribution,
        Duration handOver,
        Duration drain) {

    public SupervisorOptions {
        if (restarts < 0) {
            throw new IllegalArgumentException(restarts + " restarts: give 0 or more");
        }
        requirePositive("period", period);
        requirePositive("handOver", handOver);
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain is " + drain + ": give 0 or a time above it");
        }
    }

    private static void requirePositive(String what, Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException(what + " is " + time + ": give a time above 0");
        }
    }

    /// Every take-over is allowed, 3 restarts in 5 seconds and each at once, passive redistribution, 5 seconds for a
    /// hand-over, and 20 to drain a node: within the 25 seconds in which an
    /// [dev.pando.core.Application] stops.
    public static SupervisorOptions of(Placement placement) {
        return new SupervisorOptions(
                placement,
                (_, _, _) -> true,
                3,
                Duration.ofSeconds(5),
                BackOff.NONE,
                Redistribution.passive(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20));
    }

    public SupervisorOptions takeOvers(TakeOvers takeOvers) {
        return new SupervisorOptions(placement, takeOvers, restarts, period, backOff, redistribution, handOver, drain);
    }

    /// More than so many failures of one child within the period leave it alone.
    public SupervisorOptions intensity(int restarts, Duration period) {
        return new SupervisorOptions(placement, takeOvers, restarts, period, backOff, redistribution, handOver, drain);
    }

    /// A child that has failed waits before it is started again; the first one in a row `min`.
    public SupervisorOptions backOff(Duration min, Duration max) {
        return new SupervisorOptions(
                placement, takeOvers, restarts, period, new BackOff(min, max), redistribution, handOver, drain);
    }

    public SupervisorOptions redistribution(Redistribution redistribution) {
        return new SupervisorOptions(placement, takeOvers, restarts, period, backOff, redistribution, handOver, drain);
    }

    public SupervisorOptions handOver(Duration handOver) {
        return new SupervisorOptions(placement, takeOvers, restarts, period, backOff, redistribution, handOver, drain);
    }

    public SupervisorOptions drain(Duration drain) {
        return new SupervisorOptions(placement, takeOvers, restarts, period, backOff, redistribution, handOver, drain);
    }
}
