package dev.pando.core;

import dev.pando.core.wire.Payload;
import java.util.List;

/// The state of a server on its way to another process, see [Handoff].
///
/// @param answers what it has answered to requests with an id, oldest first
public record Exported(Payload state, int version, List<Answered> answers) {

    public Exported {
        answers = List.copyOf(answers);
    }

    /// A request that need not be handled again.
    public record Answered(Ref request, Payload answer) {}
}
