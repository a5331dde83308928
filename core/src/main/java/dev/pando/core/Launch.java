package dev.pando.core;

import org.jspecify.annotations.Nullable;

/// How one process is to be started.
///
/// @param parent linked before the body runs
/// @param held a key that the process holds from the beginning
/// @param telling whether the parent is sent [Initialized]
/// @param restarts how often its supervisor has started it anew
/// @param root whether the node stops it when it closes
record Launch(
        Behaviour behaviour,
        @Nullable LocalProcess parent,
        @Nullable Name name,
        Self.@Nullable Held held,
        boolean telling,
        int restarts,
        boolean root) {

    static Launch of(Behaviour behaviour) {
        return new Launch(behaviour, null, null, null, false, 0, false);
    }

    static Launch root(Behaviour behaviour) {
        return new Launch(behaviour, null, null, null, false, 0, true);
    }

    static Launch child(LocalProcess parent, Behaviour behaviour) {
        return new Launch(behaviour, parent, null, null, false, 0, false);
    }

    Launch name(@Nullable Name name) {
        return new Launch(behaviour, parent, name, held, telling, restarts, root);
    }

    Launch held(Self.@Nullable Held held) {
        return new Launch(behaviour, parent, name, held, telling, restarts, root);
    }

    Launch andTell() {
        return new Launch(behaviour, parent, name, held, true, restarts, root);
    }

    Launch restarts(int restarts) {
        return new Launch(behaviour, parent, name, held, telling, restarts, root);
    }

    String label() {
        return behaviour.getClass().getSimpleName();
    }
}
