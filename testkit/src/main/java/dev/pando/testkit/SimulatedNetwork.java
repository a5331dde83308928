package dev.pando.testkit;

import dev.pando.cluster.spi.Engine;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The network between the machines of a simulation, and what their engines make of it.
///
/// Frames of one member to another arrive in order, after a delay that is drawn; none is lost while both keep each
/// other in their views, so a short cut only delays. What is on its way to a member that leaves the sender's view is
/// lost, and so is what arrives from a member that the receiver does not have in its view. Only so much may be on its
/// way: whoever sends more waits, until some has arrived or the other has left its view.
///
/// Each member makes its own view of whom it hears: a change comes to each at another time. One that cannot hear
/// another notices by silence, after five to seven seconds; a crash closes connections, which is noticed in half a
/// second. After a cut in one direction one side may suspect the other, and not the other way round. These times are
/// those of the engine of production. Beyond that a member may be suspected falsely by one other, a view may come again
/// with the same members, as after a merge, and the oldest member may crash when half of the others have its view.
///
/// Members find each other by themselves, unless they are strangers: then each finds only whom it seeks, and who is
/// with that one, and knows nobody any more who has left its view.
///
/// When told to, an engine also does what it should not: it throws at what it is to send, holds it up for a while, or
/// loses it though both keep each other in their views.
final class SimulatedNetwork {

    private static final Duration DELAY_MIN = Duration.ofNanos(50_000);
    private static final Duration DELAY_MAX = Duration.ofMillis(2);
    private static final int ON_THE_WAY_MAX = 4;
    private static final int PORT = 7800;

    /// What makes members look around, and how long each takes to notice.
    private enum Change {
        JOINED(Duration.ofMillis(1), Duration.ofMillis(50)),
        LEFT(Duration.ofMillis(1), Duration.ofMillis(50)),
        CLOSED(Duration.ofMillis(100), Duration.ofMillis(500)),
        SILENT(Duration.ofSeconds(5), Duration.ofSeconds(7)),
        HEARD(Duration.ofMillis(500), Duration.ofMillis(2_500));

        private final Duration min;
        private final Duration max;

        Change(Duration min, Duration max) {
            this.min = min;
            this.max = max;
        }
    }

    private final Kernel kernel;
    private final RandomGenerator chance;
    /// Oldest first.
    private final List<Port> joined = new ArrayList<>();
    private final Map<Way, Link> links = new LinkedHashMap<>();
    private final Set<Way> suspicions = new LinkedHashSet<>();
    /// In the order in which the machines came.
    private final List<String> addresses = new ArrayList<>();
    /// Who knows whom, both ways, where they are strangers.
    private final Set<Way> acquaintances = new LinkedHashSet<>();
    private boolean strangers;
    private int numbers;

    private record Way(String from, String to) {}

    private record Id(String machine, int number) implements Engine.Member {
        @Override
        public String toString() {
            return machine + "/" + number;
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares parcels
    private record Parcel(Port from, Port to, byte[] frame, long dueNanos) {}

    /// One direction between two machines.
    private static final class Link {
        private final Deque<Parcel> onTheWay = new ArrayDeque<>();
        private boolean cut;
        private long slowedNanos;
        private long losesUntilNanos;
        private long stallsUntilNanos;
        private int refusals;
        private long lastNanos;
        private boolean moving;

        /// Whether a member may send. What an earlier start of its machine has sent does not count: that went out
        /// by a connection of its own.
        boolean takes(Port from, long nowNanos) {
            return nowNanos >= stallsUntilNanos
                    && onTheWay.stream().filter(parcel -> parcel.from() == from).count() < ON_THE_WAY_MAX;
        }

        void heal() {
            cut = false;
            slowedNanos = 0;
            losesUntilNanos = 0;
            stallsUntilNanos = 0;
            refusals = 0;
        }
    }

    SimulatedNetwork(Kernel kernel, RandomGenerator chance) {
        this.kernel = kernel;
        this.chance = chance;
    }

    /// A new engine for a machine.
    Engine engine(Machine machine) {
        address(machine.name());
        return new Port(new Id(machine.name(), numbers++), machine);
    }

    /// Where a machine listens: 10.0.0.1 for the first one.
    InetSocketAddress address(String machine) {
        if (!addresses.contains(machine)) {
            addresses.add(machine);
        }
        int number = addresses.indexOf(machine) + 1;
        byte[] bytes = {10, 0, (byte) (number >>> Byte.SIZE), (byte) number};
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), PORT);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    /// From now on members find only whom they seek.
    void makeStrangers() {
        strangers = true;
    }

    private void seek(Port from, InetSocketAddress address) {
        if (!strangers) {
            return;
        }
        for (Port found : List.copyOf(joined)) {
            if (address(found.id.machine()).equals(address) && isHeard(found, from) && isHeard(from, found)) {
                acquaint(from, found);
            }
        }
    }

    /// Makes two groups one: each of the one knows each of the other.
    private void acquaint(Port one, Port other) {
        int known = acquaintances.size();
        for (String a : around(one)) {
            for (String b : around(other)) {
                if (!a.equals(b)) {
                    acquaintances.add(new Way(a, b));
                    acquaintances.add(new Way(b, a));
                }
            }
        }
        if (acquaintances.size() > known) {
            changed(Change.HEARD);
        }
    }

    private static List<String> around(Port port) {
        return port.view.isEmpty()
                ? List.of(port.id.machine())
                : port.view.stream().map(member -> ((Id) member).machine()).toList();
    }

    private void forgetAll(String machine, Predicate<String> others) {
        acquaintances.removeIf(way -> (way.from().equals(machine) && others.test(way.to()))
                || (way.to().equals(machine) && others.test(way.from())));
    }

    // ---- faults

    void cut(Collection<String> from, Collection<String> to) {
        for (String a : from) {
            for (String b : to) {
                link(a, b).cut = true;
            }
        }
        changed(Change.SILENT);
    }

    void mend(Collection<String> side, Collection<String> other) {
        for (String a : side) {
            for (String b : other) {
                mend(link(a, b));
                mend(link(b, a));
            }
        }
        changed(Change.HEARD);
    }

    private void mend(Link link) {
        link.cut = false;
        move(link);
    }

    void heal() {
        for (Link link : links.values()) {
            link.heal();
            move(link);
        }
        joined.forEach(Port::wakeSenders);
        changed(Change.HEARD);
    }

    void slow(String from, String to, Duration by) {
        link(from, to).slowedNanos = by.toNanos();
    }

    /// Has the sender's engine throw at the next frames.
    void refuse(String from, String to, int frames) {
        link(from, to).refusals += frames;
    }

    void lose(String from, String to, Duration time) {
        link(from, to).losesUntilNanos = kernel.nanos() + time.toNanos();
    }

    void stall(String from, String to, Duration time) {
        link(from, to).stallsUntilNanos = kernel.nanos() + time.toNanos();
        kernel.at(kernel.nanos() + time.toNanos(), () -> port(from).ifPresent(Port::wakeSenders));
    }

    /// Has one member take another for lost, for a while and for no reason; the other does not learn of it.
    void suspect(String by, String whom, Duration time) {
        Way way = new Way(whom, by);
        suspicions.add(way);
        port(by).ifPresent(port -> notices(port, Change.LEFT));
        kernel.at(kernel.nanos() + time.toNanos(), () -> {
            suspicions.remove(way);
            port(by).ifPresent(port -> notices(port, Change.HEARD));
        });
    }

    /// Has each member be told once more who is there, as by a merge that changes nothing.
    void repeatViews() {
        for (Port port : joined) {
            kernel.at(kernel.nanos() + between(Change.LEFT.min, Change.LEFT.max), port::repeat);
        }
    }

    /// Has the oldest member exclude another, for no reason, and crash when some of the members have that view; which
    /// ones is drawn. The crash itself is the caller's, at the time that is returned.
    long excludeInHaste(String excluded) {
        long crash = kernel.nanos() + between(Change.LEFT.min, Change.LEFT.max);
        for (Port port : joined) {
            long installs = kernel.nanos() + between(Change.LEFT.min, Change.LEFT.max);
            if (installs < crash && !port.id.machine().equals(excluded)) {
                kernel.at(
                        installs,
                        () -> port.lookAround(heardBy(port).stream()
                                .filter(member -> !((Id) member).machine().equals(excluded))
                                .toList()));
            }
        }
        return crash;
    }

    Optional<String> oldest() {
        return joined.stream().map(port -> port.id.machine()).findFirst();
    }

    private Optional<Port> port(String machine) {
        return joined.stream().filter(port -> port.id.machine().equals(machine)).findFirst();
    }

    /// The machine has stopped or goes on; the others notice when they do not hear of it for long.
    void stopped() {
        changed(Change.SILENT);
    }

    void goesOn() {
        changed(Change.HEARD);
    }

    void crashed(Machine machine) {
        joined.removeIf(port -> port.machine == machine);
        forgetAll(machine.name(), _ -> true);
        changed(Change.CLOSED);
    }

    // ---- membership

    /// Has each member look around when it notices, each at a time of its own.
    private void changed(Change change) {
        for (Port port : joined) {
            notices(port, change);
        }
    }

    private void notices(Port port, Change change) {
        long noticed = kernel.nanos() + between(change.min, change.max);
        kernel.at(noticed, () -> port.lookAround(heardBy(port)));
    }

    private List<Engine.Member> heardBy(Port port) {
        return joined.stream()
                .filter(other -> other == port || (isHeard(other, port) && isKnown(other, port)))
                .map(other -> (Engine.Member) other.id)
                .toList();
    }

    private boolean isHeard(Port other, Port by) {
        Way way = new Way(other.id.machine(), by.id.machine());
        return other.machine.isRunning() && !link(way.from(), way.to()).cut && !suspicions.contains(way);
    }

    private boolean isKnown(Port other, Port to) {
        return !strangers || acquaintances.contains(new Way(other.id.machine(), to.id.machine()));
    }

    // ---- frames

    private Link link(String from, String to) {
        return links.computeIfAbsent(new Way(from, to), _ -> new Link());
    }

    private void send(Port from, Port to, byte[] frame) {
        Link link = link(from.id.machine(), to.id.machine());
        if (kernel.nanos() < link.losesUntilNanos) {
            kernel.trace().add(kernel.nanos(), from.id.machine(), "loses", "a frame for " + to.id);
            return;
        }
        long due = kernel.nanos() + link.slowedNanos + between(DELAY_MIN, DELAY_MAX);
        link.lastNanos = Math.max(link.lastNanos + 1, due);
        link.onTheWay.add(new Parcel(from, to, frame.clone(), link.lastNanos));
        move(link);
    }

    private void move(Link link) {
        Parcel next = link.onTheWay.peek();
        if (next != null && !link.cut && !link.moving) {
            link.moving = true;
            kernel.at(next.dueNanos(), () -> arrive(link));
        }
    }

    private void arrive(Link link) {
        link.moving = false;
        if (!link.cut) {
            Parcel parcel = link.onTheWay.poll();
            if (parcel != null) {
                parcel.to().receive(parcel);
                parcel.from().wakeSenders();
            }
            move(link);
        }
    }

    private long between(Duration min, Duration max) {
        return chance.nextLong(min.toNanos(), max.toNanos());
    }

    /// One member.
    private final class Port implements Engine {

        private final Id id;
        private final Machine machine;
        private final Deque<Runnable> inbox = new ArrayDeque<>();
        private List<Member> view = List.of();
        private @Nullable Listener listener;
        private @Nullable Thread deliverer;
        private @Nullable Thread joining;
        private final Set<Thread> waiting = new LinkedHashSet<>();
        private boolean left;

        Port(Id id, Machine machine) {
            this.id = id;
            this.machine = machine;
        }

        @Override
        public void join(Listener joined) {
            listener = joined;
            deliverer = machine.start("net-" + machine.name(), this::deliver);
            joining = Thread.currentThread();
            SimulatedNetwork.this.joined.add(this);
            changed(Change.JOINED);
            while (view.isEmpty()) {
                machine.park();
            }
            joining = null;
        }

        private void deliver() {
            while (!left) {
                Runnable next = inbox.poll();
                if (next == null) {
                    machine.park();
                } else {
                    next.run();
                }
            }
        }

        private void put(Runnable work) {
            inbox.add(work);
            if (deliverer != null) {
                machine.unpark(deliverer);
            }
        }

        private void lookAround(List<Member> heard) {
            if (left || !joined.contains(this) || heard.equals(view)) {
                return;
            }
            put(() -> install(heard));
        }

        private void repeat() {
            if (!left && joined.contains(this) && !view.isEmpty()) {
                put(() -> listener().view(new View(view)));
            }
        }

        private void install(List<Member> heard) {
            if (heard.equals(view)) {
                return;
            }
            for (Port other : joined) {
                if (!heard.contains(other.id)) {
                    link(id.machine(), other.id.machine()).onTheWay.removeIf(parcel -> parcel.from() == this);
                }
            }
            List<Member> left = new ArrayList<>(view);
            left.removeAll(heard);
            left.forEach(member -> forgetAll(id.machine(), ((Id) member).machine()::equals));
            if (strangers && !left.isEmpty()) {
                changed(Change.SILENT);
            }
            view = heard;
            wakeSenders();
            kernel.trace()
                    .add(
                            kernel.nanos(),
                            id.machine(),
                            "sees",
                            heard.stream().map(Objects::toString).collect(Collectors.joining(" ")));
            listener().view(new View(heard));
            if (joining != null) {
                machine.unpark(joining);
            }
        }

        private void receive(Parcel parcel) {
            if (!left && joined.contains(this)) {
                put(() -> {
                    if (view.contains(parcel.from().id)) {
                        listener().frame(parcel.from().id, parcel.frame());
                    }
                });
            }
        }

        private Listener listener() {
            return Objects.requireNonNull(listener, "joined");
        }

        @Override
        public Member self() {
            return id;
        }

        @Override
        public void seek(InetSocketAddress address) {
            SimulatedNetwork.this.seek(this, address);
        }

        @Override
        public Optional<InetSocketAddress> address(Member member) {
            return Optional.of(SimulatedNetwork.this.address(((Id) member).machine()));
        }

        @Override
        public void send(Member to, byte[] frame) {
            Link link = link(id.machine(), ((Id) to).machine());
            while (!left && view.contains(to) && !link.takes(this, kernel.nanos())) {
                waiting.add(Thread.currentThread());
                machine.park();
            }
            if (left || !view.contains(to)) {
                return;
            }
            if (link.refusals > 0) {
                link.refusals--;
                kernel.trace().add(kernel.nanos(), id.machine(), "refuses", "a frame for " + to);
                throw new IllegalStateException("cannot send to " + to + ", as the simulation wants it");
            }
            joined.stream()
                    .filter(port -> port.id.equals(to))
                    .findFirst()
                    .ifPresent(port -> SimulatedNetwork.this.send(this, port, frame));
        }

        private void wakeSenders() {
            List<Thread> woken = List.copyOf(waiting);
            waiting.clear();
            woken.forEach(machine::unpark);
        }

        @Override
        public void close() {
            left = true;
            wakeSenders();
            if (joined.remove(this)) {
                changed(Change.LEFT);
            }
            if (deliverer != null) {
                machine.unpark(deliverer);
            }
        }
    }
}
