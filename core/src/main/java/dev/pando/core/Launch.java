package dev.pando.core;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How one process is to be started.
///
/// @param child its id among the children of its supervisor
/// @param parent linked before the body runs
/// @param held a key that the process holds from the beginning
/// @param telling whether the parent is sent [Initialized]
/// @param restarts how often its supervisor has started it anew
/// @param root whether the node stops it when it closes
/// @param origin who asks for it from another node
/// @param inheritance of the process whose place it takes
record Launch(
        Behaviour behaviour,
        @Nullable String child,
        @Nullable LocalProcess parent,
        @Nullable Name name,
        Self.@Nullable Held held,
        boolean telling,
        int restarts,
        boolean root,
        @Nullable Origin origin,
        @Nullable Inheritance inheritance) {

    /// Somebody on another node.
    ///
    /// @param caller the process that asks, if it is one
    /// @param linked whether it is linked, and the parent
    /// @param monitor its monitor of the process
    record Origin(Optional<Pid> caller, boolean linked, Optional<Ref> monitor) {}

    static Launch of(Behaviour behaviour) {
        return new Launch(behaviour, null, null, null, null, false, 0, false, null, null);
    }

    static Launch root(Behaviour behaviour) {
        return new Launch(behaviour, null, null, null, null, false, 0, true, null, null);
    }

    static Launch child(LocalProcess parent, Behaviour behaviour) {
        return new Launch(behaviour, null, parent, null, null, false, 0, false, null, null);
    }

    static Launch child(LocalProcess supervisor, ChildSpec spec, int restarts) {
        Name name = spec.name().orElse(null);
        return new Launch(spec.behaviour(), spec.id(), supervisor, name, null, false, restarts, false, null, null);
    }

    Launch name(@Nullable Name name) {
        return new Launch(behaviour, child, parent, name, held, telling, restarts, root, origin, inheritance);
    }

    Launch held(Self.@Nullable Held held) {
        return new Launch(behaviour, child, parent, name, held, telling, restarts, root, origin, inheritance);
    }

    Launch origin(Origin asks) {
        return new Launch(behaviour, child, parent, name, held, telling, restarts, root, asks, inheritance);
    }

    Launch inheritance(@Nullable Inheritance has) {
        return new Launch(behaviour, child, parent, name, held, telling, restarts, root, origin, has);
    }

    Launch andTell() {
        return new Launch(behaviour, child, parent, name, held, true, restarts, root, origin, inheritance);
    }

    /// What it is called in logs and failures: its class, or the class that a lambda was written in, and its id.
    String label() {
        return child == null ? kind(behaviour) : kind(behaviour) + " '" + child + "'";
    }

    static String kind(Behaviour behaviour) {
        String name = behaviour.getClass().getSimpleName();
        int lambda = name.indexOf("$$Lambda");
        return lambda < 0 ? name : name.substring(0, lambda);
    }
}
