package dev.pando.core;

import java.util.Optional;

/// How one process is to be started.
///
/// @param parent linked before the body runs
/// @param telling whether the parent is sent [Initialized]
record Launch(
        Behaviour behaviour,
        Optional<LocalProcess> parent,
        Optional<Name> name,
        Optional<Self.Held> held,
        boolean telling) {

    static Launch of(Behaviour behaviour) {
        return new Launch(behaviour, Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    Launch child(LocalProcess parent) {
        return new Launch(behaviour, Optional.of(parent), name, held, telling);
    }

    Launch name(Optional<Name> name) {
        return new Launch(behaviour, parent, name, held, telling);
    }

    Launch held(Optional<Self.Held> held) {
        return new Launch(behaviour, parent, name, held, telling);
    }

    Launch andTell() {
        return new Launch(behaviour, parent, name, held, true);
    }

    String label() {
        return behaviour.getClass().getSimpleName();
    }
}
