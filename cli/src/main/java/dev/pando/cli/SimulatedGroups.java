package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.GroupNotice;
import dev.pando.cluster.Groups;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import dev.pando.core.Self;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import dev.pando.testkit.GroupMembership;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.TestCluster;
import dev.pando.testkit.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Groups that processes of all nodes join and leave while faults happen, and the servers that keep them are killed.
final class SimulatedGroups implements SimulationSuite.Body {

    private static final int GROUPS = 4;
    private static final Duration CONVERGES = Duration.ofSeconds(60);
    private static final Duration GLANCE = Duration.ofMillis(100);

    /// One membership; the second of a process that has joined twice is another one.
    private record Seat(String group, Pid pid, int nth) {}

    /// What all nodes of a run have in common: what their members know of themselves.
    private static final class Truth {
        private final Map<Pid, List<String>> joined = new LinkedHashMap<>();
        private final List<String> violations = new ArrayList<>();

        /// The memberships of those that live.
        Set<Seat> seats(SimulatedNodes<?> nodes) {
            List<Pid> pids = new ArrayList<>();
            List<String> groups = new ArrayList<>();
            joined.forEach((pid, own) -> {
                if (SimulatedChildren.isAlive(nodes, pid)) {
                    own.forEach(group -> {
                        pids.add(pid);
                        groups.add(group);
                    });
                }
            });
            return new LinkedHashSet<>(numbered(groups, pids));
        }

        void mustHold(boolean holds, String otherwise) {
            if (!holds) {
                violations.add(otherwise);
            }
        }
    }

    private static List<Seat> numbered(List<String> groups, List<Pid> pids) {
        Map<Seat, Integer> counts = new LinkedHashMap<>();
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < pids.size(); i++) {
            int nth = counts.merge(new Seat(groups.get(i), pids.get(i), 0), 1, Integer::sum);
            seats.add(new Seat(groups.get(i), pids.get(i), nth));
        }
        return seats;
    }

    /// One start of a node: its groups, and what a process that monitors them has been told.
    private static final class Station {
        private final Node node;
        private final Cluster cluster;
        private final boolean forgets;
        private final Map<String, List<Pid>> told = new LinkedHashMap<>();
        private Groups groups;

        Station(Node node, Cluster cluster, boolean forgets) {
            this.node = node;
            this.cluster = cluster;
            this.forgets = forgets;
            this.groups = start();
        }

        private Groups start() {
            Groups made = Groups.of(cluster);
            if (forgets) {
                node.start(made.childSpec().behaviour(), new Name(made.toString()));
            } else {
                node.start(Supervisor.of(Strategy.ONE_FOR_ONE, made.childSpec()).intensity(100, Duration.ofSeconds(1)));
            }
            return made;
        }

        Groups groups() {
            return groups;
        }

        /// Kills the server of the groups.
        void crashScope() {
            node.whereis(new Name(groups.toString())).ifPresent(pid -> node.exit(pid, ExitReason.killed()));
            if (forgets) {
                groups = start();
            }
        }

        void watch() {
            groups.monitor().members().forEach((group, members) -> told(group).addAll(members));
            while (true) {
                switch (Self.receive(GroupNotice.class)) {
                    case GroupNotice.Joined(var _, Object group, List<Pid> pids) ->
                        told(group).addAll(pids);
                    case GroupNotice.Left(var _, Object group, List<Pid> pids) -> pids.forEach(told(group)::remove);
                }
            }
        }

        private List<Pid> told(Object group) {
            return told.computeIfAbsent((String) group, _ -> new ArrayList<>());
        }

        List<Seat> listed() {
            List<Seat> seats = new ArrayList<>();
            for (Object group : groups.groups()) {
                seats.addAll(of((String) group, groups.members(group)));
            }
            return seats;
        }

        List<Seat> heard() {
            List<Seat> seats = new ArrayList<>();
            told.forEach((group, pids) -> seats.addAll(of(group, pids)));
            return seats;
        }

        private static List<Seat> of(String group, List<Pid> pids) {
            return numbered(pids.stream().map(_ -> group).toList(), pids);
        }
    }

    @Override
    public void run(Simulation simulation, SimulationSuite.Setting setting) {
        Truth truth = new Truth();
        boolean forgets = setting.has(SimulationSuite.Plant.FORGET_GROUPS);
        try (SimulatedNodes<Station> nodes = SimulatedNodes.start(
                simulation, setting.nodes(), Protocols.none(), Resources::none, (node, cluster) -> {
                    Station station = new Station(node, cluster, forgets);
                    node.spawn(() -> comeAndGo(simulation, setting, station, truth));
                    node.spawn(() -> crash(simulation, setting, station));
                    if (!forgets) {
                        node.spawn(station::watch);
                    }
                    return station;
                })) {
            nodes.faults(setting.faults(), setting.window());
            nodes.heal();
            nodes.converge(CONVERGES, new Glances(simulation, GLANCE, () -> verdict(nodes, truth, forgets)));
            nodes.require(new Verdict(truth.violations));
        }
    }

    /// Starts processes, again and again for a while, that join and leave.
    private static void comeAndGo(
            Simulation simulation, SimulationSuite.Setting setting, Station station, Truth truth) {
        RandomGenerator chance = station.node.host().entropy().random();
        long end = simulation.nanos() + setting.window().toNanos();
        while (simulation.nanos() < end) {
            Self.sleep(Duration.ofMillis(chance.nextInt(1_000)));
            Self.spawn(() -> member(station, truth, chance.nextInt(8), chance));
        }
    }

    /// Joins and leaves so often, and is then a member for as long as the run lasts, or not.
    private static void member(Station station, Truth truth, int changes, RandomGenerator chance) {
        List<String> own = truth.joined.computeIfAbsent(Self.pid(), _ -> new ArrayList<>());
        try {
            for (int i = 0; i < changes; i++) {
                change(station.groups(), own, "group-" + chance.nextInt(GROUPS), chance.nextInt(3) == 0);
                Self.sleep(Duration.ofMillis(chance.nextInt(500)));
                own.forEach(group -> truth.mustHold(
                        station.groups().localMembers(group).contains(Self.pid()),
                        Self.pid() + " is not listed in " + group + " on its own node"));
            }
        } catch (ExitException e) {
            // It may have joined, or not, or left; with its end it is no member.
            own.clear();
            return;
        }
        if (chance.nextInt(3) > 0) {
            Self.receive(ExitReason.class);
        }
    }

    private static void change(Groups groups, List<String> own, String group, boolean leaves) {
        if (!leaves) {
            groups.join(group, Self.pid());
            own.add(group);
        } else if (groups.leave(group, Self.pid())) {
            own.remove(group);
        }
    }

    private static void crash(Simulation simulation, SimulationSuite.Setting setting, Station station) {
        RandomGenerator chance = station.node.host().entropy().random();
        long end = simulation.nanos() + setting.window().toNanos();
        while (simulation.nanos() < end) {
            Self.sleep(Duration.ofMillis(500L + chance.nextInt(5_000)));
            station.crashScope();
        }
    }

    private static Verdict verdict(SimulatedNodes<Station> nodes, Truth truth, boolean forgets) {
        Map<String, List<Seat>> seen = new LinkedHashMap<>();
        for (TestCluster.Member<Station> member : nodes.alive()) {
            seen.put(member.name(), member.app().listed());
            if (!forgets) {
                seen.put("the monitor on " + member.name(), member.app().heard());
            }
        }
        return GroupMembership.check(truth.seats(nodes), seen);
    }
}
