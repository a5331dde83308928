package dev.pando.horde;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.wire.Payload;
import java.util.List;
import java.util.Optional;

/// What the server of a replicated registry is told: by callers, by its namesakes, and by itself.
sealed interface RegistryProtocol {

    // ---- by callers of any node, of processes of this node

    /// Claims a key for a process.
    ///
    /// @param seen the last stamp that the caller's node knows; the claim comes after it
    record Claim(Payload key, Pid pid, Payload value, long seen) implements RegistryProtocol, Call<Claimed> {}

    sealed interface Claimed {
        /// The process has the key.
        ///
        /// @param server the one that has granted it
        /// @param stamp of the claim's token
        /// @param version of the claim in the server's log
        record Granted(Pid server, long stamp, long version) implements Claimed {}

        record Taken(Pid holder) implements Claimed {}

        record Refused(ExitReason reason) implements Claimed {}
    }

    /// Gives up what a process holds under a key.
    record Release(Payload key, Pid pid) implements RegistryProtocol, Call<Released> {}

    /// Gives up one claim, if it is as the caller knows it.
    record ReleaseClaim(Payload key, long stamp, long version) implements RegistryProtocol, Call<Released> {}

    /// What has become of it.
    ///
    /// @param server the one that has done so
    /// @param changes what was given up, or a claim that has been changed by somebody else and is now as told here;
    ///     empty when there was nothing to be given up
    record Released(Pid server, List<NameChange> changes) {

        public Released {
            changes = List.copyOf(changes);
        }
    }

    /// Changes the value of one claim, if it is as the caller knows it.
    record Update(Payload key, long stamp, long version, Payload value) implements RegistryProtocol, Call<Updated> {}

    sealed interface Updated {
        record Done(Pid server, NameChange.Held held) implements Updated {}

        /// It has been changed by somebody else, and is now as told here.
        record Changed(Pid server, NameChange.Held held) implements Updated {}

        /// It has been changed by somebody else, and what it is now cannot travel.
        record Unsaid(String why) implements Updated {}

        /// It is over.
        record Over() implements Updated {}
    }

    // ---- by callers on this node

    /// The caller has been told of changes elsewhere and is about to read them here.
    record Learn(Pid server, List<NameChange> changes) implements RegistryProtocol, Call<Boolean> {

        public Learn {
            changes = List.copyOf(changes);
        }
    }

    /// Puts or, without a value, deletes a value of the registry as a whole.
    record Put(Payload key, Optional<Payload> value) implements RegistryProtocol, Call<Boolean> {}

    record Status() implements RegistryProtocol, Call<RegistryStatus> {}

    // ---- by namesakes

    /// Here I am.
    ///
    /// @param wallMillis the sender's wall clock
    /// @param policy what the sender says of its conflict policy
    record Hello(Pid server, long wallMillis, String policy) implements RegistryProtocol, Cast {}

    /// Tell me your log from this version on.
    record Ask(Pid server, long version) implements RegistryProtocol, Cast {}

    record Told(News news) implements RegistryProtocol, Cast {}

    /// I have your log up to this version.
    record Got(Pid server, long version) implements RegistryProtocol, Cast {}

    /// This is my log, of which you have been told all.
    record Check(Pid server, long version, long digest, long wallMillis) implements RegistryProtocol, Cast {}

    record Metas(Pid server, List<MetaTable.Meta> metas) implements RegistryProtocol, Cast {

        public Metas {
            metas = List.copyOf(metas);
        }
    }

    // ---- by itself

    record Flush() implements RegistryProtocol, Cast {}

    record Tick() implements RegistryProtocol, Cast {}
}
