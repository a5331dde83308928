package dev.pando.core;

import dev.pando.core.Supervisor.ChildChange;
import dev.pando.core.Supervisor.ChildCount;
import dev.pando.core.Supervisor.ChildStart;
import dev.pando.core.Supervisor.ChildStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A supervisor that starts without children and gets them one by one, each by itself (one-for-one). Ids need not
/// be unique; a child is named by its pid.
///
/// Children are started one after the other, in the supervisor's own process, as in OTP: while one initialises,
/// the next waits. Where that is too slow, [#partitions] makes several.
///
/// @param childrenMax how many children may run or wait to be restarted at once
public record DynamicSupervisor(int restarts, Duration period, int childrenMax) implements Behaviour {

    /// What a running dynamic supervisor can be asked.
    public sealed interface Message {}

    /// Starts a child.
    public record StartChild(ChildSpec spec) implements Message, Call<ChildStart> {}

    /// Stops a child and forgets it.
    public record TerminateChild(Pid child) implements Message, Call<ChildChange> {}

    public record WhichChildren() implements Message, Call<List<ChildStatus>> {}

    public record CountChildren() implements Message, Call<ChildCount> {}

    public DynamicSupervisor {
        if (restarts < 0 || period.isNegative() || period.isZero() || childrenMax < 1) {
            throw new IllegalArgumentException("intensity " + restarts + " in " + period + " and at most " + childrenMax
                    + " children: give a count of 0 or more, a period above 0, and room for a child");
        }
    }

    /// A dynamic supervisor that allows 3 restarts in 5 seconds and any number of children.
    public static DynamicSupervisor of() {
        return new DynamicSupervisor(3, Duration.ofSeconds(5), Integer.MAX_VALUE);
    }

    public DynamicSupervisor intensity(int restarts, Duration period) {
        return new DynamicSupervisor(restarts, period, childrenMax);
    }

    public DynamicSupervisor childrenMax(int childrenMax) {
        return new DynamicSupervisor(restarts, period, childrenMax);
    }

    /// A tree of several such supervisors, so that a slow start holds up only its share of the others. Ask
    /// [#partition] which one is for a key.
    public Supervisor partitions(Name name, int count) {
        List<ChildSpec> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(ChildSpec.of("partition " + i, this).name(partition(name, i)));
        }
        return Supervisor.of(Strategy.ONE_FOR_ONE, partitions.toArray(ChildSpec[]::new));
    }

    /// The partition for a key; the same key, the same partition.
    public static Name partition(Name name, int count, String key) {
        return partition(name, Math.floorMod(key.hashCode(), count));
    }

    private static Name partition(Name name, int number) {
        return new Name(name + "." + number);
    }
}
