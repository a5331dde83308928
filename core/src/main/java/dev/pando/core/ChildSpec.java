package dev.pando.core;

import java.time.Duration;
import java.util.Optional;

/// How a supervisor starts, restarts and stops one child. A value: it can be compared, printed and – when its
/// behaviour is a listed record – sent to another node.
///
/// @param id unique among the children of one supervisor
/// @param shutdown how long the child may take to stop before it is killed
/// @param name registered on the child's node while it lives
public record ChildSpec(String id, Behaviour behaviour, Restart restart, Duration shutdown, Optional<Name> name) {

    /// Five seconds, as in OTP.
    public static final Duration SHUTDOWN = Duration.ofSeconds(5);

    public ChildSpec {
        if (id.isBlank()) {
            throw new IllegalArgumentException("child id is blank; give each child of a supervisor an id of its own");
        }
        if (shutdown.isNegative()) {
            throw new IllegalArgumentException("shutdown of child " + id + " is negative: " + shutdown);
        }
    }

    /// A permanent child with five seconds to stop; a supervisor gets all the time its own children need.
    public static ChildSpec of(String id, Behaviour behaviour) {
        Duration shutdown =
                behaviour instanceof Supervisor || behaviour instanceof DynamicSupervisor ? Node.FOREVER : SHUTDOWN;
        return new ChildSpec(id, behaviour, Restart.PERMANENT, shutdown, Optional.empty());
    }

    public ChildSpec restart(Restart restart) {
        return new ChildSpec(id, behaviour, restart, shutdown, name);
    }

    public ChildSpec shutdown(Duration shutdown) {
        return new ChildSpec(id, behaviour, restart, shutdown, name);
    }

    public ChildSpec name(Name name) {
        return new ChildSpec(id, behaviour, restart, shutdown, Optional.of(name));
    }
}
