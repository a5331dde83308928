package dev.pando.horde;

import dev.pando.cluster.spi.Engine;
import dev.pando.core.NodeName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A network between nodes of this JVM that can be cut and healed: reliable, in order, and without any delay but
/// that of the threads. Each member has one thread, which hands it its frames and its views; a member's view holds
/// whom it can reach. A link that was cut loses what was on its way.
final class Net {

    private static final Duration JOIN = Duration.ofSeconds(10);

    private final Map<NodeName, Port> joined = new LinkedHashMap<>();
    private final Set<Link> cuts = new HashSet<>();
    private final Map<Link, Integer> breaks = new HashMap<>();
    /// What waits on links that are held up, by sender and receiver.
    private final Map<Way, List<Runnable>> held = new LinkedHashMap<>();

    private record Way(NodeName from, NodeName to) {}

    private record Link(NodeName one, NodeName other) {
        static Link of(NodeName a, NodeName b) {
            return a.compareTo(b) <= 0 ? new Link(a, b) : new Link(b, a);
        }
    }

    private record Id(NodeName node, int number) implements Engine.Member {}

    /// One member's engine.
    private final class Port implements Engine {
        private final Id id;
        private final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
        private final CountDownLatch first = new CountDownLatch(1);
        private List<Member> seen = List.of();
        private @Nullable Listener listener;
        private volatile boolean left;

        Port(Id id) {
            this.id = id;
        }

        @Override
        public void join(Listener joining) {
            synchronized (Net.this) {
                listener = joining;
                Port former = joined.put(id.node(), this);
                if (former != null) {
                    throw new IllegalStateException(id.node() + " has joined already");
                }
                showViews();
            }
            Thread.ofVirtual().name("net-" + id.node()).start(this::deliver);
            try {
                if (!first.await(JOIN.toSeconds(), TimeUnit.SECONDS)) {
                    throw new IllegalStateException(id.node() + " got no view");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while joining", e);
            }
        }

        private void deliver() {
            try {
                while (!left) {
                    inbox.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void show(View view) {
            seen = view.members();
            inbox.add(() -> {
                listener().view(view);
                first.countDown();
            });
        }

        private void receive(Port from, byte[] frame) {
            int sent = breaks(from, this);
            inbox.add(() -> {
                if (reaches(from, this, sent)) {
                    listener().frame(from.id, frame);
                }
            });
        }

        private Listener listener() {
            Listener known = listener;
            if (known == null) {
                throw new IllegalStateException(id.node() + " has not joined");
            }
            return known;
        }

        @Override
        public Member self() {
            return id;
        }

        @Override
        public void send(Member to, byte[] frame) {
            synchronized (Net.this) {
                Port target = joined.get(((Id) to).node());
                if (target != null && target.id.equals(to) && reaches(this, target)) {
                    List<Runnable> waiting = held.get(new Way(id.node(), target.id.node()));
                    if (waiting == null) {
                        target.receive(this, frame);
                    } else {
                        waiting.add(() -> target.receive(this, frame));
                    }
                }
            }
        }

        @Override
        public void close() {
            leave(this);
        }
    }

    private int numbers;

    /// A new engine for a node; a node that comes back takes another one.
    synchronized Engine engine(NodeName node) {
        return new Port(new Id(node, numbers++));
    }

    /// Cuts each of the links between the two sides.
    synchronized void cut(Collection<NodeName> side, Collection<NodeName> other) {
        for (NodeName a : side) {
            for (NodeName b : other) {
                cuts.add(Link.of(a, b));
                breaks.merge(Link.of(a, b), 1, Integer::sum);
            }
        }
        showViews();
    }

    /// Mends all links.
    synchronized void heal() {
        cuts.clear();
        showViews();
    }

    /// Holds back what one node sends to others, as when one side hangs and the other does not know yet.
    synchronized void hold(NodeName from, Collection<NodeName> to) {
        to.forEach(other -> held.putIfAbsent(new Way(from, other), new ArrayList<>()));
    }

    /// Delivers all that is held back, in order, and holds nothing back any more.
    synchronized void release() {
        List<List<Runnable>> waiting = List.copyOf(held.values());
        held.clear();
        waiting.forEach(way -> way.forEach(Runnable::run));
    }

    /// Takes a node off the net without its notice; the others see it gone at once.
    synchronized void crash(NodeName node) {
        Port port = joined.get(node);
        if (port != null) {
            leave(port);
        }
    }

    private synchronized void leave(Port port) {
        if (joined.remove(port.id.node(), port)) {
            port.left = true;
            port.inbox.add(() -> {});
            showViews();
        }
    }

    /// Queues the new views of all members before any of them can react to its own.
    private void showViews() {
        for (Port port : joined.values()) {
            List<Engine.Member> reached = joined.values().stream()
                    .filter(other -> reaches(port, other))
                    .map(other -> (Engine.Member) other.id)
                    .toList();
            if (!reached.equals(port.seen)) {
                port.show(new Engine.View(reached));
            }
        }
    }

    /// Whether the link is the one it was at the time of so many breaks.
    private synchronized boolean reaches(Port from, Port to, int breaks) {
        return reaches(from, to) && breaks(from, to) == breaks;
    }

    private int breaks(Port from, Port to) {
        return breaks.getOrDefault(Link.of(from.id.node(), to.id.node()), 0);
    }

    private boolean reaches(Port from, Port to) {
        return from.equals(joined.get(from.id.node()))
                && to.equals(joined.get(to.id.node()))
                && !cuts.contains(Link.of(from.id.node(), to.id.node()));
    }
}
