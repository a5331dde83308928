package dev.pando.core;

import dev.pando.core.spi.Transport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
        final Map<String, Line> sessions = new LinkedHashMap<>();

        /// Signals that have come while they were to be held.
        final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

        boolean holding;
        final AtomicReference<Optional<Runnable>> beforeNextSend = new AtomicReference<>(Optional.empty());
        private final Map<Line, Receiver> receivers = new ConcurrentHashMap<>();
        private final BlockingQueue<Runnable> arriving = new LinkedBlockingQueue<>();
        private final Thread pump = Thread.ofVirtual().unstarted(this::pump);

        Port(Node node) {
            peer = new Peer(node.name().toString(), node.incarnation());
        }

        private Inbound door = (_, _) -> {
            throw new AssertionError("not open");
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

        private Line session(Port other) {
            Line session = sessions.get(other.peer.node());
            if (session == null) {
                throw new AssertionError("no session of " + peer + " and " + other.peer);
            }
            return session;
        }

        private boolean send(Line session, byte[] signal) {
            synchronized (ports) {
                if (session.open) {
                    Port to = session.other(this);
                    Queue<Runnable> arriving = to.holding ? to.held : to.arriving;
                    arriving.add(() -> to.hear(session, signal));
                }
                return session.open;
            }
        }

        private void begin(Line session) {
            receivers.put(session, door.up(session.other(this).peer, new Way(this, session)));
        }

        private void hear(Line session, byte[] signal) {
            Receiver receiver = receivers.get(session);
            if (session.open && receiver != null && !receiver.signal(signal, 0, signal.length)) {
                renew(session);
            }
        }

        private void end(Line session) {
            Receiver receiver = receivers.remove(session);
            if (receiver != null) {
                receiver.down();
            }
        }

        /// A node asks for it before it looks for the session in which it sends.
        @Override
        public int signalBytesMax() {
            beforeNextSend.getAndSet(Optional.empty()).ifPresent(Runnable::run);
            return SIGNAL_BYTES_MAX;
        }
    }

    private record Way(Port from, Line session) implements Transport.Session {

        @Override
        public boolean send(byte[] signal, boolean patient) {
            return from.send(session, signal);
        }

        @Override
        public Transport.Sent sendBefore(long roomUntilNanos, byte[] signal) {
            return send(signal, true) ? Transport.Sent.TAKEN : Transport.Sent.NO_PEER;
        }
    }

    private static final class Line {
        final Port one;
        final Port two;
        volatile boolean open = true;

        Line(Port one, Port two) {
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
        settle();
    }

    private void connect(Port one, Port two) {
        Line session = new Line(one, two);
        one.sessions.put(two.peer.node(), session);
        two.sessions.put(one.peer.node(), session);
        one.arriving.add(() -> one.begin(session));
        two.arriving.add(() -> two.begin(session));
    }

    /// Ends the session of two nodes.
    void cut(Node one, Node two) {
        synchronized (ports) {
            end(port(one).session(port(two)));
        }
    }

    private void end(Line session) {
        synchronized (ports) {
            session.open = false;
            for (Port port : List.of(session.one, session.two)) {
                port.sessions.remove(session.other(port).peer.node(), session);
                port.arriving.add(() -> port.end(session));
            }
        }
    }

    /// One side does not understand the other any more.
    private void renew(Line session) {
        synchronized (ports) {
            if (session.open) {
                end(session);
                connect(session.one, session.two);
            }
        }
    }

    /// Waits until all nodes have been told what has happened so far.
    void settle() {
        List<Port> all;
        synchronized (ports) {
            all = List.copyOf(ports.values());
        }
        CountDownLatch told = new CountDownLatch(all.size());
        all.forEach(port -> port.arriving.add(told::countDown));
        try {
            if (!told.await(10, TimeUnit.SECONDS)) {
                throw new AssertionError("a node does not take what arrives");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
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

    /// Ends the session of two nodes and opens another one while the first of them is about to send something.
    void blinkBeforeNextSend(Node one, Node two) {
        port(one).beforeNextSend.set(Optional.of(() -> {
            cut(one, two);
            heal(one, two);
        }));
    }

    /// Opens a new session.
    void heal(Node one, Node two) {
        synchronized (ports) {
            connect(port(one), port(two));
        }
        settle();
    }

    /// Makes a frame arrive that no codec has written.
    void inject(Node from, Node to, byte[] frame) {
        synchronized (ports) {
            Port sender = port(from);
            sender.send(sender.session(port(to)), frame);
        }
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
