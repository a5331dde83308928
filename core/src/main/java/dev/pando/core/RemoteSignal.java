package dev.pando.core;

import dev.pando.core.wire.Payload;
import java.util.List;
import java.util.Optional;

/// What one node tells another about their processes. A frame of the transport holds exactly one.
sealed interface RemoteSignal {

    record Send(Address to, Payload message) implements RemoteSignal {}

    /// A message and a monitor in one: the reply, or the end of the server, or its absence, comes back under the
    /// ref.
    ///
    /// @param budgetNanos how long the caller waits
    /// @param chain who waits for it, see [dev.pando.core.Request]
    /// @param id names the request however often it is sent
    record Request(Ref ref, Address to, Payload message, long budgetNanos, List<Pid> chain, Optional<Ref> id)
            implements RemoteSignal {}

    /// What is read of a [Send] whose message is not spoken here.
    record To(Address to) {}

    /// What is read of a [Request] whose message is not spoken here.
    record Asked(Ref ref, Address to) {}

    record Reply(Ref ref, Payload value) implements RemoteSignal {}

    record Failed(Ref ref, ExitReason reason) implements RemoteSignal {}

    /// The caller no longer waits, or the answer went another way.
    record Forget(Ref ref) implements RemoteSignal {}

    /// Asks for a process; [Started] or [Failed] comes back under the ref.
    record Start(Ref ref, Behaviour behaviour, Launch.Origin origin) implements RemoteSignal {}

    /// The process serves.
    record Started(Ref ref, Pid pid, Launch.Origin origin) implements RemoteSignal {}

    record Link(Pid from, Pid to) implements RemoteSignal {}

    record Unlink(Pid from, Pid to) implements RemoteSignal {}

    /// An exit signal.
    ///
    /// @param linked sent by the end of a linked process, to be ignored when the link is gone
    record ExitSignal(Pid from, Pid to, ExitReason reason, boolean linked) implements RemoteSignal {}

    record Monitor(Ref ref, Pid watcher, Address target) implements RemoteSignal {}

    record Demonitor(Ref ref, Address target) implements RemoteSignal {}

    record Ended(Ref ref, Pid watcher, ExitReason reason) implements RemoteSignal {}
}
