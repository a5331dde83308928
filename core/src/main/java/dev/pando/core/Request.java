package dev.pando.core;

import java.util.List;

/// A call in a mailbox.
///
/// @param deadlineNanos after it nobody waits for the answer any more
/// @param chain the processes that wait for it, each for the next, the last one for this answer
record Request(Ref ref, Object message, long deadlineNanos, List<Pid> chain) {

    /// Whether the server would wait for itself, by way of others.
    boolean closesCycle(Pid server) {
        return chain.contains(server);
    }

    /// Why that is refused.
    ExitReason cycle(Pid server) {
        StringBuilder text = new StringBuilder("call cycle: ");
        chain.subList(chain.indexOf(server), chain.size())
                .forEach(pid -> text.append(pid).append(" -> "));
        text.append(server).append("; make one of the calls a cast, or answer later with Self.from");
        return ExitReason.Other.of(text.toString());
    }
}
