package dev.pando.core.spi;

/// Carries signals to other nodes: in order per pair of processes, at most once, nothing lost while a peer is up.
///
/// A signal is opaque bytes here: the core encodes it in the thread of the sender and decodes it at the receiver.
public interface Transport {

    /// A running node, told from a former start of the same name by its incarnation.
    record Peer(String node, long incarnation) {}

    /// Called once, before anything else: the node's one door for signals, new peers and lost peers.
    void open(Inbound node);

    /// Hands over a signal of at most [#signalBytesMax] bytes.
    ///
    /// With `patient` the calling process waits while the peer's queue is full, and may be ended meanwhile;
    /// without it the signal passes the bound (exits, downs and replies must never wait).
    ///
    /// @return `true` when a session took the signal: it arrives, or [Inbound#down] is told; `false` when there
    ///     is no such peer now, and nothing was sent
    boolean send(String node, byte[] signal, boolean patient);

    /// As a patient [#send], which waits for room until `Clock.nanos` reaches a deadline and no longer.
    Sent sendBefore(long roomUntilNanos, String node, byte[] signal);

    /// What became of a signal.
    enum Sent {
        /// A session took it.
        TAKEN,
        /// There is no such peer now.
        NO_PEER,
        /// The peer's queue stayed full.
        NO_ROOM
    }

    /// The largest signal this transport takes.
    int signalBytesMax();

    /// Called when the node has closed and no process of it is left: parts from the others, unless that was done
    /// before.
    default void close() {}

    /// What a transport tells its node. Calls about one peer never overlap, and come in the order up, signal…,
    /// down.
    interface Inbound {
        void up(Peer peer);

        void signal(Peer from, byte[] signal);

        void down(Peer peer);
    }
}
