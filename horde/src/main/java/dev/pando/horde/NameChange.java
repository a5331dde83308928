package dev.pando.horde;

import dev.pando.core.wire.Payload;

/// What has happened to one name, in the words of its node.
sealed interface NameChange {

    Payload key();

    /// Of the claim's token.
    long stamp();

    /// Of the change, in the log of the server that tells it.
    long version();

    /// A process of the server's node holds the name, with this value.
    ///
    /// @param serial of the process's pid
    record Held(Payload key, long stamp, long version, long serial, Payload value) implements NameChange {}

    /// Nobody holds the name by this claim any more.
    record GivenUp(Payload key, long stamp, long version) implements NameChange {}

    static NameChange of(LogItem item) {
        Payload key = new Payload(item.key);
        return switch (item) {
            case Grant grant -> new Held(key, grant.stamp, grant.version, grant.pid.serial(), new Payload(grant.value));
            case Mark mark -> new GivenUp(key, mark.stamp, mark.version);
        };
    }
}
