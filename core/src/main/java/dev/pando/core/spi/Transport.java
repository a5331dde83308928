package dev.pando.core.spi;

/// Carries signals to other nodes: in order per pair of processes, at most once, nothing lost while a session lives.
///
/// A signal is opaque bytes here: the core encodes it in the thread of the sender and decodes it at the receiver.
public interface Transport {

    /// A running node, told from a former start of the same name by its incarnation.
    record Peer(String node, long incarnation) {}

    /// Called once, before anything else: the node's one door for new sessions.
    void open(Inbound node);

    /// The largest signal this transport takes.
    int signalBytesMax();

    /// Called when the node has closed and no process of it is left: parts from the others, unless that was done
    /// before.
    default void close() {}

    /// The way to a peer, from the beginning of a session to its end. What one session has taken never arrives in
    /// another.
    interface Session {

        /// Hands over a signal of at most [#signalBytesMax] bytes, behind all that were taken before it.
        ///
        /// With `patient` the calling process waits while the peer's queue is full, and may be ended meanwhile;
        /// without it the signal passes the bound (exits, downs and replies must never wait).
        ///
        /// @return `true` when the session took the signal: it arrives, or [Receiver#down] is told; `false`
        ///     when the session is over, and nothing was sent
        boolean send(byte[] signal, boolean patient);

        /// As a patient [#send], which waits for room until `Clock.nanos` reaches a deadline and no longer.
        Sent sendBefore(long roomUntilNanos, byte[] signal);
    }

    /// What became of a signal.
    enum Sent {
        /// A session took it.
        TAKEN,
        /// The session is over, or there is none.
        NO_PEER,
        /// The peer's queue stayed full.
        NO_ROOM
    }

    /// What a transport tells its node.
    interface Inbound {

        /// A session has begun. Of two with one peer the earlier is down before the later is up.
        Receiver up(Peer peer, Session session);
    }

    /// What a transport tells its node of one session. Calls never overlap, and `down` is the last.
    interface Receiver {

        /// A signal has come.
        ///
        /// @param bytes hold it from one index up to before another, and stay as they are
        /// @return `false` when the two sides do not understand each other any more: the session has to end
        boolean signal(byte[] bytes, int from, int end);

        void down();
    }
}
