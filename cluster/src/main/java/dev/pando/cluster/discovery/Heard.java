package dev.pando.cluster.discovery;

/// What becomes of a packet.
sealed interface Heard permits Heartbeat, Heard.Refused {

    /// It is ignored.
    ///
    /// @param why for the log; holds nothing that the sender wrote
    record Refused(Kind kind, String why) implements Heard {}

    /// Why a packet is ignored.
    enum Kind {
        /// It is not of this protocol, or of another version of it.
        FOREIGN,
        /// It was made with another secret, or with none, or changed on its way.
        SECRET,
        /// Its time is too far from this node's.
        TIME,
        /// It, or a later one, was heard before.
        REPEATED,
        /// The node it names can be reached on its own machine only, which is another one.
        ELSEWHERE,
        /// More nodes are heard than are kept in mind.
        FULL
    }
}
