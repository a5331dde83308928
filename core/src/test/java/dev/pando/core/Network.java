package dev.pando.core;

import dev.pando.core.spi.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;

/// Joins nodes in memory. Each pair has a session until it is cut; what is on its way then is lost, and both sides are
/// told.
final class Network implements AutoCloseable {

    static final int SIGNAL_BYTES_MAX = 64 * 1024;

    private final Map<String, Port> ports = new LinkedHashMap<>();

    /// One node's side: takes its signals, and calls its door from one thread.
    private final class Port implements Transport {
        final Peer peer;
        /// The open sessions, by the other node.
        final Map<String, Session> sessions = new LinkedHashMap<>();

        /// Signals that have come while they were to be held.
        final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

        boolean holding;
        final AtomicReference<Optional<Runnable>> beforeNextSend = new AtomicReference<>(Optional.empty());
        private final BlockingQueue<Runnable> arriving = new LinkedBlockingQueue<>();
        private final Thread pump = Thread.ofVirtual().unstarted(this::pump);

        Port(Node node) {
            peer = new Peer(node.name().toString(), node.incarnation());
        }

        private Inbound door = new Inbound() {
            @Override
            public void up(Peer peer) {
                throw new AssertionError("not open");
            }

            @Override
            public void signal(Peer from, byte[] signal) {
                throw new AssertionError("not open");
            }

            @Override
            public void down(Peer peer) {
                throw new AssertionError("not open");
            }
        };

        @Override
        public void open(Inbound node) {
            door = node;
            pump.start();
        }

        private void pump() {
            try {
                while (true) {
                    arriving.take().run();
                }
            } catch (InterruptedException _) {
                // closed
            }
        }

        @Override
        public boolean send(String node, byte[] signal, boolean patient) {
            beforeNextSend.getAndSet(Optional.empty()).ifPresent(Runnable::run);
            synchronized (ports) {
                Session session = sessions.get(node);
                if (session == null) {
                    return false;
                }
                Port to = session.other(this);
                Runnable arrival = () -> {
                    if (session.open) {
                        to.door.signal(peer, signal);
                    }
                };
                if (to.holding) {
                    to.held.add(arrival);
                } else {
                    to.arriving.add(arrival);
                }
                return true;
            }
        }

        @Override
        public Sent sendBefore(long roomUntilNanos, String node, byte[] signal) {
            return send(node, signal, true) ? Sent.TAKEN : Sent.NO_PEER;
        }

        @Override
        public int signalBytesMax() {
            return SIGNAL_BYTES_MAX;
        }
    }

    private static final class Session {
        final Port one;
        final Port two;
        volatile boolean open = true;

        Session(Port one, Port two) {
            this.one = one;
            this.two = two;
        }

        Port other(Port port) {
            return port.peer.equals(one.peer) ? two : one;
        }
    }

    /// Joins nodes, each with all others.
    static Network of(Node... nodes) {
        Network network = new Network();
        for (Node node : nodes) {
            network.add(node);
        }
        return network;
    }

    /// Joins one more node with all others; it takes the place of a former one of its name.
    void add(Node node) {
        Port port = new Port(node);
        node.attach(port);
        synchronized (ports) {
            ports.put(port.peer.node(), port);
            ports.values().stream().filter(other -> !other.equals(port)).forEach(other -> connect(port, other));
        }
    }

    private void connect(Port one, Port two) {
        Session session = new Session(one, two);
        one.sessions.put(two.peer.node(), session);
        two.sessions.put(one.peer.node(), session);
        one.arriving.add(() -> one.door.up(two.peer));
        two.arriving.add(() -> two.door.up(one.peer));
    }

    /// Ends the session of two nodes.
    void cut(Node one, Node two) {
        synchronized (ports) {
            Port first = port(one);
            Port second = port(two);
            Session session = first.sessions.remove(second.peer.node());
            second.sessions.remove(first.peer.node());
            if (session == null) {
                throw new AssertionError("no session of " + one + " and " + two);
            }
            session.open = false;
            first.arriving.add(() -> first.door.down(second.peer));
            second.arriving.add(() -> second.door.down(first.peer));
        }
    }

    /// What comes to a node waits until it is handed over.
    void hold(Node node) {
        synchronized (ports) {
            port(node).holding = true;
        }
    }

    boolean isHolding(Node node) {
        return !port(node).held.isEmpty();
    }

    /// Lets a node have what was held for it, on the calling thread; holds no more.
    void handOver(Node node) {
        Port port = port(node);
        List<Runnable> due = new ArrayList<>();
        synchronized (ports) {
            port.holding = false;
            port.held.drainTo(due);
        }
        due.forEach(Runnable::run);
    }

    /// Opens a new session.
    void heal(Node one, Node two) {
        synchronized (ports) {
            connect(port(one), port(two));
        }
    }

    /// Ends the session of two nodes and opens another one while the first of them is about to send something.
    void blinkBeforeNextSend(Node one, Node two) {
        port(one).beforeNextSend.set(Optional.of(() -> {
            cut(one, two);
            heal(one, two);
            settle(one);
            settle(two);
        }));
    }

    /// Waits until a node has handled all that has come so far.
    private void settle(Node node) {
        CountDownLatch settled = new CountDownLatch(1);
        port(node).arriving.add(settled::countDown);
        Steps.await(settled);
    }

    /// Makes a frame arrive that no codec has written.
    void inject(Node from, Node to, byte[] frame) {
        port(from).send(to.name().toString(), frame, false);
    }

    private Port port(Node node) {
        synchronized (ports) {
            Port port = ports.get(node.name().toString());
            if (port == null) {
                throw new AssertionError(node + " is not in the network");
            }
            return port;
        }
    }

    @Override
    public void close() {
        synchronized (ports) {
            ports.values().forEach(port -> port.pump.interrupt());
        }
    }
}
