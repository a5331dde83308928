package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.RegistryEntry;
import dev.pando.core.RegistryNotice;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.horde.HordeDuplicateRegistry;
import dev.pando.horde.HordeRegistry;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.SingleOwner;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/// Names of the available registry, claimed, changed and given up on all nodes while faults happen, and the servers
/// that keep them are killed.
final class SimulatedNames implements SimulationSuite.Body {

    static final int KEYS = 12;
    private static final int TOPICS = 3;
    private static final int PAUSE_MILLIS = 2_000;
    private static final Duration CONVERGES = Duration.ofSeconds(60);
    private static final Duration GLANCE = Duration.ofMillis(100);

    private static final Name CLERK = new Name("clerk");

    /// Asks a process of another node to claim a key for the sender.
    record Enrol(String key, Pid pid) {}

    record Enrolled(boolean granted) {}

    /// Who has been given a key, and who has been told that it lost it.
    static final class Holders {
        private final Map<Pid, String> keys = new LinkedHashMap<>();
        private final Map<Pid, Integer> told = new LinkedHashMap<>();
        /// What each holder has given as its value; unknown to one whose last change may have been made or not.
        private final Map<Pid, Integer> values = new LinkedHashMap<>();
        private final Map<Pid, String> topics = new LinkedHashMap<>();
        private final List<String> violations = new ArrayList<>();
        /// Those that live and wait for a key to be claimed for them.
        private final Set<Pid> waiting = new TreeSet<>();

        boolean waits(Pid pid) {
            return waiting.contains(pid);
        }

        /// The holders that live, by key.
        Map<String, List<Pid>> living(SimulatedNodes<?> nodes) {
            Map<String, List<Pid>> living = new LinkedHashMap<>();
            keys.forEach((pid, key) -> {
                if (SimulatedChildren.isAlive(nodes, pid)) {
                    living.computeIfAbsent(key, _ -> new ArrayList<>()).add(pid);
                }
            });
            return living;
        }

        /// Those that live, by topic.
        Map<String, Set<Pid>> subscribers(SimulatedNodes<?> nodes) {
            Map<String, Set<Pid>> living = new TreeMap<>();
            topics.forEach((pid, topic) -> {
                if (SimulatedChildren.isAlive(nodes, pid)) {
                    living.computeIfAbsent(topic, _ -> new TreeSet<>()).add(pid);
                }
            });
            return living;
        }

        Verdict toldOnce() {
            return new Verdict(told.entrySet().stream()
                    .filter(one -> one.getValue() > 1)
                    .map(one -> one.getKey() + " was told " + one.getValue() + " times that it has lost "
                            + keys.get(one.getKey()))
                    .toList());
        }
    }

    /// One start of a node: its registries, and what a process that listens has been told.
    private static final class Station {
        private final Node node;
        private final Cluster cluster;
        private final HordeRegistry names;
        private final HordeDuplicateRegistry topics;
        private final Map<Object, Pid> heard = new LinkedHashMap<>();

        Station(Node node, Cluster cluster) {
            this.node = node;
            this.cluster = cluster;
            names = HordeRegistry.of(cluster, "names");
            topics = HordeDuplicateRegistry.of(cluster, "topics");
            node.start(Supervisor.of(Strategy.ONE_FOR_ONE, names.childSpec(), topics.childSpec())
                    .intensity(100, Duration.ofSeconds(1)));
        }

        void killServers(Simulation simulation, SimulationSuite.Setting setting) {
            RandomGenerator chance = node.host().entropy().random();
            long end = simulation.nanos() + setting.window().toNanos();
            while (simulation.nanos() < end) {
                Self.sleep(Duration.ofMillis(500L + chance.nextInt(10_000)));
                Name server = new Name(chance.nextBoolean() ? names.toString() : topics.toString());
                node.whereis(server).ifPresent(pid -> node.exit(pid, ExitReason.killed()));
            }
        }

        /// Claims keys for processes of other nodes, and looks whether what was granted can be read here.
        void enrol(Holders holders) {
            while (true) {
                Enrol ask = Self.receive(Enrol.class);
                Self.spawn(() -> {
                    Optional<Pid> before = server();
                    boolean granted = names.register(ask.key(), ask.pid(), 0) instanceof Registration.Registered;
                    boolean undisturbed = before.isPresent()
                            && before.equals(server())
                            && cluster.nodes().contains(ask.pid().node());
                    if (granted && undisturbed && names.lookup(ask.key()).isEmpty() && holders.waits(ask.pid())) {
                        holders.violations.add(
                                node + " cannot read " + ask.key() + ", which it was granted for " + ask.pid());
                    }
                    Self.send(ask.pid(), new Enrolled(granted));
                });
            }
        }

        private Optional<Pid> server() {
            return node.whereis(new Name(names.toString()));
        }

        void listen() {
            names.listen(Self.pid());
            names.select(_ -> true).forEach(entry -> heard.put(entry.key(), entry.pid()));
            while (true) {
                switch (Self.receive(RegistryNotice.class)) {
                    case RegistryNotice.Registered(var _, RegistryEntry entry) -> heard.put(entry.key(), entry.pid());
                    case RegistryNotice.Unregistered(var _, RegistryEntry entry) ->
                        heard.remove(entry.key(), entry.pid());
                }
            }
        }

        Map<String, Pid> known() {
            Map<String, Pid> known = new LinkedHashMap<>();
            for (int i = 0; i < KEYS; i++) {
                String key = "key-" + i;
                names.lookup(key).ifPresent(pid -> known.put(key, pid));
            }
            return known;
        }

        Map<String, Set<Pid>> subscribers() {
            Map<String, Set<Pid>> known = new TreeMap<>();
            topics.select(_ -> true)
                    .forEach(entry -> known.computeIfAbsent((String) entry.key(), _ -> new TreeSet<>())
                            .add(entry.pid()));
            return known;
        }
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Holders holders = new Holders();
        try (SimulatedNodes<Station> nodes = SimulatedNodes.start(
                simulation,
                setting.nodes(),
                Protocols.of(Enrol.class, Enrolled.class),
                Resources::none,
                (node, cluster) -> {
                    Station station = new Station(node, cluster);
                    node.spawn(() -> comeAndGo(simulation, setting, station, holders));
                    node.spawn(() -> station.killServers(simulation, setting));
                    node.spawn(station::listen);
                    ProcessBody clerk = () -> station.enrol(holders);
                    node.start(clerk, CLERK);
                    return station;
                })) {
            nodes.faults(setting.faults(), setting.window());
            nodes.heal();
            Glances glances = new Glances(
                    simulation, GLANCE, () -> verdict(nodes, holders).and(holders.toldOnce()));
            nodes.converge(CONVERGES, glances);
            nodes.require(repairs(nodes).and(new Verdict(holders.violations)));
        }
    }

    /// Claims a key and a topic and changes its mind now and then; ends when it is told that it has lost.
    private static void hold(Station station, RandomGenerator chance, Holders holders) {
        Self.trapExits(true);
        Pid self = Self.pid();
        String key = "key-" + chance.nextInt(KEYS);
        String topic = "topic-" + chance.nextInt(TOPICS);
        try {
            if (chance.nextBoolean()) {
                station.topics.register(topic, self, 0);
                holders.topics.put(self, topic);
            }
            for (int turn = 0; turn < 4; turn++) {
                if (!claim(station, key, chance, holders)) {
                    return;
                }
                holders.values.put(self, 0);
                holders.keys.put(self, key);
                if (isTold(Duration.ofMillis(500L + chance.nextInt(40_000)), self, holders)) {
                    return;
                }
                change(station.names, key, 10 + turn, holders);
                if (isTold(Duration.ofMillis(500L + chance.nextInt(40_000)), self, holders)) {
                    return;
                }
                // A conflict may come in between: it counts, and is looked for when the name is claimed again.
                station.names.unregister(key, self);
                holders.keys.remove(self);
            }
        } catch (ExitException e) {
            // The key may be ours and is given up with our end.
        }
    }

    /// Claims a key by itself or by another node; what is not known to be granted is given up with the end.
    private static boolean claim(Station station, String key, RandomGenerator chance, Holders holders) {
        Pid self = Self.pid();
        List<NodeName> others = station.cluster.nodes();
        if (others.isEmpty() || chance.nextBoolean()) {
            return station.names.register(key, self, 0) instanceof Registration.Registered;
        }
        holders.waiting.add(self);
        Self.send(CLERK.on(others.get(chance.nextInt(others.size()))), new Enrol(key, self));
        Optional<Enrolled> answer = Self.receive(Enrolled.class, Duration.ofSeconds(20));
        holders.waiting.remove(self);
        return answer.filter(Enrolled::granted).isPresent();
    }

    private static void change(HordeRegistry names, String key, int value, Holders holders) {
        holders.values.remove(Self.pid());
        if (names.update(key, Self.pid(), _ -> value).isPresent()) {
            holders.values.put(Self.pid(), value);
        }
    }

    private static boolean isTold(Duration within, Pid self, Holders holders) {
        Optional<Exit> lost = Self.receive(Exit.class, within);
        boolean told = lost.isPresent() && lost.get().reason() instanceof ExitReason.NameConflict;
        if (told) {
            holders.told.merge(self, 1, Integer::sum);
            // Who is told twice must live to hear it.
            Self.receive(Exit.class, Duration.ofSeconds(1)).ifPresent(_ -> holders.told.merge(self, 1, Integer::sum));
        }
        return lost.isPresent();
    }

    private static Verdict verdict(SimulatedNodes<Station> nodes, Holders holders) {
        Map<String, List<Pid>> living = holders.living(nodes);
        Map<String, Set<Pid>> subscribers = holders.subscribers(nodes);
        Map<String, Map<String, Pid>> known = new LinkedHashMap<>();
        List<String> violations = new ArrayList<>();
        for (TestCluster.Member<Station> member : nodes.alive()) {
            Station station = member.app();
            known.put(member.name(), station.known());
            if (!station.heard.equals(station.known())) {
                violations.add("a listener on " + member.name() + " has heard of " + station.heard + "; there are "
                        + station.known());
            }
            if (!station.subscribers().equals(subscribers)) {
                violations.add(member.name() + " knows the subscribers " + station.subscribers() + "; there are "
                        + subscribers);
            }
            living.forEach((key, pids) -> {
                Optional<Object> value = Optional.ofNullable(holders.values.get(pids.getFirst()));
                if (value.isPresent() && !station.names.value(key).equals(value)) {
                    violations.add(member.name() + " takes " + station.names.value(key) + " for the value of " + key
                            + "; it is " + value);
                }
            });
        }
        return SingleOwner.check(Set.of(), living, known).and(new Verdict(violations));
    }

    /// Nodes tell each other what has changed; none is to need the comparison of digests that mends what was missed.
    private static Verdict repairs(SimulatedNodes<Station> nodes) {
        List<String> violations = new ArrayList<>();
        for (TestCluster.Member<Station> member : nodes.alive()) {
            long repairs = nodes.call(
                    member.node(),
                    () -> member.app().names.status().repairs()
                            + member.app().topics.status().repairs());
            if (repairs > 0) {
                violations.add(member.name() + " had to ask " + repairs + " times for what it should have been told");
            }
        }
        return new Verdict(violations);
    }

    // ---- for the fixture as well

    /// Starts, again and again for a while, a process that claims a key and keeps it for a time.
    static void claim(
            Simulation simulation, SimulationSuite.Setting setting, Node node, Registry registry, Holders holders) {
        node.spawn(() -> {
            RandomGenerator chance = node.host().entropy().random();
            long end = simulation.nanos() + setting.window().toNanos();
            while (simulation.nanos() < end) {
                Self.sleep(Duration.ofMillis(chance.nextInt(1_000)));
                String key = "key-" + chance.nextInt(KEYS);
                Duration keeps = Duration.ofMillis(500L + chance.nextInt(200_000));
                Self.spawn(() -> keep(registry, key, keeps, holders));
            }
        });
    }

    private static void keep(Registry registry, String key, Duration keeps, Holders holders) {
        Self.trapExits(true);
        try {
            if (registry.register(key, Self.pid(), "") instanceof Registration.Registered) {
                holders.keys.put(Self.pid(), key);
                isTold(keeps, Self.pid(), holders);
            }
        } catch (ExitException e) {
            // The key may be ours and is given up with our end.
        }
    }

    private static void comeAndGo(
            Simulation simulation, SimulationSuite.Setting setting, Station station, Holders holders) {
        RandomGenerator chance = station.node.host().entropy().random();
        long end = simulation.nanos() + setting.window().toNanos();
        while (simulation.nanos() < end) {
            Self.sleep(Duration.ofMillis(chance.nextInt(PAUSE_MILLIS)));
            Self.spawn(() -> hold(station, chance, holders));
        }
    }

    /// Lets faults happen, ends them, and looks.
    static void watch(SimulatedNodes<Registry> nodes, SimulationSuite.Setting setting, Holders holders) {
        nodes.faults(setting.faults(), setting.window());
        nodes.heal();
        nodes.converge(CONVERGES, () -> fixtureVerdict(nodes, holders).and(holders.toldOnce()));
    }

    private static Verdict fixtureVerdict(SimulatedNodes<Registry> nodes, Holders holders) {
        Map<String, Map<String, Pid>> known = new LinkedHashMap<>();
        for (TestCluster.Member<Registry> member : nodes.alive()) {
            Map<String, Pid> seen = new LinkedHashMap<>();
            for (int i = 0; i < KEYS; i++) {
                String key = "key-" + i;
                member.app().lookup(key).ifPresent(pid -> seen.put(key, pid));
            }
            known.put(member.name(), seen);
        }
        return SingleOwner.check(Set.of(), holders.living(nodes), known);
    }
}
