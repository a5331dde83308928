package dev.pando.cli;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Names that are told to all nodes: the smallest registry that keeps the promises, and three that do not. It is there
/// to show what the simulator finds; use [dev.pando.horde.HordeRegistry].
///
/// Each node decides about its own processes and tells the others, and tells a node that appears what it has. Of two
/// claims the older one stays, everywhere.
final class FixtureRegistry implements Registry {

    private static final Name SERVER = new Name("fixture");

    sealed interface Message {}

    /// Answered with whose the key is now.
    record Claim(String key, Pid pid) implements Message, Call<Held> {}

    record Held(String key, Pid pid, long stamp) {
        boolean beats(Held other) {
            return stamp != other.stamp ? stamp < other.stamp : pid.compareTo(other.pid) < 0;
        }
    }

    record Tell(List<Held> held) implements Message, Cast {}

    /// From a server that has started: whoever met its node earlier told nobody.
    record Hello(NodeName from) implements Message, Cast {}

    record GivenUp(String key, Pid pid) implements Message, Cast {}

    private final Node node;
    private final Map<String, Held> held = new LinkedHashMap<>();

    private FixtureRegistry(Node node) {
        this.node = node;
    }

    static FixtureRegistry start(Cluster cluster, SimulationSuite.Setting setting) {
        FixtureRegistry registry = new FixtureRegistry(cluster.node());
        cluster.node().start(new Server(registry, cluster, setting), SERVER);
        return registry;
    }

    @Override
    public Registration register(Object key, Pid pid, Object value) {
        Held now = node.call(SERVER.on(pid.node()), new Claim((String) key, pid));
        return now.pid().equals(pid)
                ? new Registration.Registered(new Token(now.stamp(), pid.node(), pid.incarnation()))
                : new Registration.Taken(now.pid());
    }

    @Override
    public void unregister(Object key, Pid pid) {
        throw new UnsupportedOperationException("a name is given up by the end of its process");
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        return Optional.ofNullable(held.get((String) key)).map(Held::pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        return Optional.empty();
    }

    @Override
    public int count() {
        return held.size();
    }

    private record Server(FixtureRegistry registry, Cluster cluster, SimulationSuite.Setting setting)
            implements GenServer<Message, Set<NodeName>> {

        @Override
        public Set<NodeName> init() {
            cluster.monitorNodes(Self.pid());
            tellAll(new Hello(registry.node.name()));
            return new LinkedHashSet<>(cluster.nodes());
        }

        @Override
        public Step<Set<NodeName>> handle(Message message, Set<NodeName> greeted) {
            switch (message) {
                case Claim claim -> {
                    return Step.reply(claim, claim(claim), greeted);
                }
                case Hello hello -> announce(hello.from());
                case Tell tell -> tell.held().forEach(this::hear);
                case GivenUp(String key, Pid pid) -> {
                    if (forget(key, pid)) {
                        askAgain();
                    }
                }
            }
            return Step.noReply(greeted);
        }

        private Held claim(Claim claim) {
            Held known = registry.held.get(claim.key());
            if (known != null) {
                return known;
            }
            Held mine = new Held(
                    claim.key(), claim.pid(), registry.node.host().clock().nanos());
            registry.held.put(claim.key(), mine);
            Self.monitor(claim.pid());
            tellAll(new Tell(List.of(mine)));
            return mine;
        }

        private void tellAll(Cast news) {
            cluster.nodes().forEach(other -> Self.cast(SERVER.on(other), news));
        }

        private void hear(Held claim) {
            Held known = registry.held.putIfAbsent(claim.key(), claim);
            if (known == null || known.equals(claim) || setting.has(SimulationSuite.Plant.NO_MERGE_RULE)) {
                return;
            }
            if (claim.beats(known)) {
                registry.held.put(claim.key(), claim);
                endIfOurs(known, claim);
            } else if (registry.node.isHere(known.pid())) {
                Self.cast(SERVER.on(claim.pid().node()), new Tell(List.of(known)));
            }
        }

        private void endIfOurs(Held loser, Held winner) {
            if (!registry.node.isHere(loser.pid())) {
                return;
            }
            ExitReason lost = new ExitReason.NameConflict(new Payload(loser.key()), winner.pid());
            Self.exit(loser.pid(), lost);
            if (setting.has(SimulationSuite.Plant.ENDED_TWICE)) {
                Self.exit(loser.pid(), lost);
            }
            tellAll(new GivenUp(loser.key(), loser.pid()));
        }

        private boolean forget(String key, Pid pid) {
            Held known = registry.held.get(key);
            boolean his = known != null && known.pid().equals(pid);
            if (his) {
                registry.held.remove(key);
            }
            return his;
        }

        /// Behind a claim that is gone, another may have stood back.
        private void askAgain() {
            tellAll(new Hello(registry.node.name()));
        }

        @Override
        public Step<Set<NodeName>> handleInfo(Signal signal, Set<NodeName> greeted) {
            switch (signal) {
                case NodeUp up -> {
                    boolean first = greeted.add(up.node());
                    if (first || !setting.has(SimulationSuite.Plant.NO_REANNOUNCE)) {
                        announce(up.node());
                    }
                }
                case NodeDown down -> {
                    registry.held.values().removeIf(claim -> isOf(claim, down));
                    askAgain();
                }
                case Down down when down.target() instanceof Pid pid -> gone(pid);
                default -> {}
            }
            return Step.noReply(greeted);
        }

        private static boolean isOf(Held claim, NodeDown down) {
            return claim.pid().node().equals(down.node()) && claim.pid().incarnation() == down.incarnation();
        }

        private void announce(NodeName other) {
            List<Held> ours = registry.held.values().stream()
                    .filter(claim -> registry.node.isHere(claim.pid()))
                    .toList();
            Self.cast(SERVER.on(other), new Tell(ours));
        }

        private void gone(Pid pid) {
            List<Held> his = registry.held.values().stream()
                    .filter(claim -> claim.pid().equals(pid))
                    .toList();
            his.forEach(claim -> {
                forget(claim.key(), pid);
                tellAll(new GivenUp(claim.key(), pid));
            });
        }
    }
}
