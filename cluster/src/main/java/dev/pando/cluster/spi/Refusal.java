package dev.pando.cluster.spi;

/// What was refused of what came over the network. None of it ends the node, and each is counted and logged.
public enum Refusal {
    /// A connection whose first bytes are not those of a node.
    GREETING,
    /// A connection that had not greeted, or ended its TLS handshake, when its time was up or others needed the room.
    HALF_OPEN,
    /// A TLS handshake: no certificate, one of a foreign CA, another protocol.
    TLS,
    /// A frame longer than the maximum; its connection is closed.
    LENGTH,
    /// A frame that cannot be read: cut off, of an unknown kind, a serialised object, or the name of a class.
    MESSAGE,
    /// A request to join or to merge with another cookie, or with none.
    COOKIE,
    /// A frame of somebody who is no member. One that arrives before the view that makes its sender a member is
    /// refused too, and sent again.
    STRANGER,
    /// A member's frame that is not of a session, or of one that cannot be had: another version, a taken name.
    SESSION,
    /// A member's signal that the node refused: cut off, too large, or of a type that its protocols do not list.
    SIGNAL
}
