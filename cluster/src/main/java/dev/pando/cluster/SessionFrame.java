package dev.pando.cluster;

import java.util.List;

/// What two members say to each other about their session.
sealed interface SessionFrame {

    /// Spoken until answered: this is who I am, and my number for the session I want with you.
    record Hello(int version, long mine, String node, long incarnation) implements SessionFrame {}

    /// Answers a hello: I have seen your number, and this is mine.
    record Ack(long yours, long mine, String node, long incarnation) implements SessionFrame {}

    /// Signals, in order.
    ///
    /// @param sequence 1 for the first frame of a session, one more for each next
    record Data(long mine, long yours, long sequence, List<byte[]> signals) implements SessionFrame {}

    /// The session you take these signals for is over on my side.
    record Reset(long yours, long mine) implements SessionFrame {}
}
