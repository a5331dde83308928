package dev.pando.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Faults that are drawn at random.
///
/// Each begins within the window. Pauses, flapping and suspicions end within it too; cuts, slow ways and drifting
/// clocks last. At most one machine crashes in a plan, so that what two machines know is not lost; it starts
/// again about when the window ends, at the latest. Everything may overlap.
///
/// @param faults in the order of their beginnings
record FaultPlan(List<Fault> faults) {

    private static final int SLOW_MAX_MILLIS = 2_000;
    private static final int DRIFT_MAX_PPM = 200;
    private static final int AHEAD_MAX_MILLIS = 400;

    enum Kind {
        SPLIT,
        ONE_WAY,
        FLAP,
        SLOW,
        PAUSE,
        SUSPECT,
        REPEAT,
        SKEW,
        CRASH,
        MID_VIEW
    }

    /// @param first the machine it is done to, or those of one side
    /// @param others those of the other side
    /// @param amount of what the kind needs: milliseconds, parts per million, a number
    record Fault(Kind kind, Duration at, Duration lasts, List<String> first, List<String> others, int amount) {}

    FaultPlan {
        faults = List.copyOf(faults);
    }

    /// @param kinds those that may be drawn, cuts among them
    static FaultPlan draw(RandomGenerator chance, List<Kind> kinds, List<String> machines, int count, Duration window) {
        List<Fault> faults = new ArrayList<>();
        boolean crashed = false;
        for (int i = 0; i < count; i++) {
            Kind kind = kinds.get(chance.nextInt(kinds.size()));
            boolean crash = kind == Kind.CRASH || kind == Kind.MID_VIEW;
            faults.add(draw(chance, machines, crash && crashed ? Kind.SPLIT : kind, window));
            crashed |= crash;
        }
        faults.sort((one, other) -> one.at().compareTo(other.at()));
        return new FaultPlan(faults);
    }

    private static Fault draw(RandomGenerator chance, List<String> machines, Kind kind, Duration window) {
        Duration at = Duration.ofNanos(chance.nextLong(window.toNanos()));
        Duration lasts = Duration.ofNanos(chance.nextLong(window.minus(at).toNanos() + 1));
        List<String> order = new ArrayList<>(machines);
        for (int i = order.size() - 1; i > 0; i--) {
            order.add(order.remove(chance.nextInt(i + 1)));
        }
        int split = kind == Kind.SPLIT || kind == Kind.FLAP ? 1 + chance.nextInt(order.size() - 1) : 1;
        int amount = switch (kind) {
            case SLOW -> 1 + chance.nextInt(SLOW_MAX_MILLIS);
            case FLAP -> 2 + chance.nextInt(4);
            case SKEW -> chance.nextInt(-DRIFT_MAX_PPM, DRIFT_MAX_PPM + 1);
            default -> chance.nextInt(AHEAD_MAX_MILLIS);
        };
        return new Fault(kind, at, lasts, order.subList(0, split), order.subList(split, order.size()), amount);
    }
}
