package dev.pando.horde;

import java.time.Duration;

/// Whether children that run move to the node that placement names when nodes come and go.
public sealed interface Redistribution {

    /// They stay where they are, until they are told to move: [DistributedSupervisor#redistribute],
    /// [DistributedSupervisor#move]. The default.
    static Redistribution passive() {
        return new Passive();
    }

    /// They move by themselves.
    ///
    /// @param perSecond how many leave a node in a second at most; 1 or more
    /// @param settle how long the members of the cluster must have stayed the same
    static Redistribution active(int perSecond, Duration settle) {
        return new Active(perSecond, settle);
    }

    record Passive() implements Redistribution {}

    record Active(int perSecond, Duration settle) implements Redistribution {
        public Active {
            if (perSecond < 1 || settle.isNegative()) {
                throw new IllegalArgumentException("redistribution of " + perSecond + " a second after " + settle
                        + ": give at least 1 a second, and a delay that is not negative");
            }
        }
    }
}
