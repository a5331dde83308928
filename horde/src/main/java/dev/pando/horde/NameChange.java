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
    sealed interface Over extends NameChange {}

    /// The process has given the name up, or has ended.
    record GivenUp(Payload key, long stamp, long version) implements Over {}

    /// The claim has lost against another one, whose node may not have heard of it and still has its value to merge.
    record Lost(Payload key, long stamp, long version, long serial, Payload value) implements Over {}

    static NameChange of(LogItem item) {
        Payload key = new Payload(item.key);
        return switch (item) {
            case Grant grant -> new Held(key, grant.stamp, grant.version, grant.pid.serial(), new Payload(grant.value));
            case Mark mark -> {
                Grant lost = mark.lost;
                yield lost == null
                        ? new GivenUp(key, mark.stamp, mark.version)
                        : new Lost(key, mark.stamp, mark.version, lost.pid.serial(), new Payload(lost.value));
            }
        };
    }
}
