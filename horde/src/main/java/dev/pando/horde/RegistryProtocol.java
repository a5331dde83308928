package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;

/// What the server of a replicated registry is told: by callers, by its namesakes, and by itself.
sealed interface RegistryProtocol {

    /// A caller of any node claims a key for a process of this node.
    record Claim(Payload key, Pid pid, Payload value) implements RegistryProtocol, Call<Claimed> {}

    sealed interface Claimed {
        record Granted(Entry entry) implements Claimed {}

        record Held(Pid holder) implements Claimed {}

        record Refused(ExitReason reason) implements Claimed {}
    }

    /// A caller of any node gives up a key of a process of this node.
    record Release(Payload key, Pid pid) implements RegistryProtocol, Call<Boolean> {}

    /// A caller on this node has been granted a key elsewhere and is about to read it here.
    record Learn(Entry entry) implements RegistryProtocol, Call<Boolean> {}

    record Synced(Sync sync) implements RegistryProtocol, Cast {}

    /// The holder of a key has ended.
    record Ended(Entry entry) implements RegistryProtocol, Cast {}

    record Flush() implements RegistryProtocol, Cast {}

    record Tick() implements RegistryProtocol, Cast {}

    /// A process that had to stop has had its time.
    record Overdue(Pid pid) implements RegistryProtocol, Cast {}
}
