package dev.pando.cluster;

import java.util.Map;

/// What two members say to each other about their session.
sealed interface SessionFrame {

    /// Spoken until answered: this is who I am, and my number for the session I want with you.
    ///
    /// @param wanted whether a user has asked for the session
    record Hello(int version, long mine, String node, long incarnation, boolean wanted, Map<String, String> labels)
            implements SessionFrame {}

    /// Answers a hello: I have seen your number, and this is mine.
    record Ack(long yours, long mine, String node, long incarnation, Map<String, String> labels)
            implements SessionFrame {}

    /// Signals, in order.
    ///
    /// @param sequence 1 for the first frame of a session, one more for each next
    /// @param signals as a [SignalBlock] has them
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Data(long mine, long yours, long sequence, byte[] signals) implements SessionFrame {}

    /// The session you take these signals for is over on my side.
    record Reset(long yours, long mine) implements SessionFrame {}

    /// I part, and want no session until one of us is told to.
    record Bye(long yours, long mine, NodeDown.Reason why) implements SessionFrame {}
}
