package dev.pando.core;

import java.util.Optional;

/// What a node knows of one of its processes without asking it.
///
/// @param label simple name of its behaviour's class; of a lambda, the class it was written in
/// @param parent whoever started it with a link
/// @param waiting messages in its mailbox
/// @param taken messages it has taken so far; of very many, the lower 32 bits
/// @param restarts how often its supervisor has started it anew
/// @param links how many processes it is linked to
/// @param watchers how many monitors watch it
public record ProcessInfo(
        Pid pid,
        String label,
        Optional<Name> name,
        Optional<Pid> parent,
        int waiting,
        int taken,
        int restarts,
        int links,
        int watchers) {}
