package dev.pando.cluster;

import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.Name;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.wire.WireException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The servers of one name on the other nodes of a cluster, as a server of that name knows them. For protocols
/// that are built on ordinary messages between namesakes; confined to the server's process.
///
/// A namesake counts from its introduction until it or the session with its node is down, or its node introduces
/// another one. Servers introduce themselves to a node when they see it come, and in return when they are
/// introduced to; each is then to be told all, and afterwards what changes. Since all of it goes the same way in
/// order, it misses nothing. News of one that does not count is to be dropped: it is from before or after its time.
///
/// @param <I> what a namesake says of itself when it is introduced
public final class Namesakes<I> {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    private final Cluster cluster;
    private final Name name;
    private final Supplier<? extends Cast> introduction;
    private final Map<NodeName, Namesake<I>> known = new TreeMap<>();

    /// One server of the name.
    ///
    /// @param <I> what it has said of itself
    public record Namesake<I>(Pid server, Ref monitor, I introduction) {}

    /// @param introduction makes the message with which this server introduces itself
    public Namesakes(Cluster cluster, Name name, Supplier<? extends Cast> introduction) {
        this.cluster = cluster;
        this.name = name;
        this.introduction = introduction;
    }

    /// Subscribes to [NodeUp] and [NodeDown] and introduces this server to all nodes; called once, at its start.
    ///
    /// @return the nodes that are there
    public List<NodeName> start() {
        cluster.monitorNodes(Self.pid());
        List<NodeName> there = cluster.nodes();
        there.forEach(this::introduce);
        return there;
    }

    /// Introduces this server to a node that has come.
    public void nodeUp(NodeUp up) {
        introduce(up.node());
    }

    private void introduce(NodeName to) {
        Self.cast(name.on(to), introduction.get());
    }

    /// Makes the acquaintance of a server, which is then to be told all; `false` when it is known already. The one
    /// that it takes the place of has to be forgotten first, see [#replacedBy].
    public boolean met(Pid server, I said) {
        if (knows(server)) {
            return false;
        }
        known.put(server.node(), new Namesake<>(server, Self.monitor(server), said));
        Self.cast(server, introduction.get());
        return true;
    }

    /// Forgets the namesake whose place another server takes: its end may be heard of only after that.
    public Optional<Namesake<I>> replacedBy(Pid server) {
        Optional<Namesake<I>> lost =
                get(server.node()).filter(one -> !one.server().equals(server));
        lost.ifPresent(one -> {
            known.remove(server.node());
            Self.demonitor(one.monitor());
        });
        return lost;
    }

    /// Forgets the namesake that a `Down` is about.
    public Optional<Namesake<I>> lost(Down down) {
        Optional<Namesake<I>> lost = known.values().stream()
                .filter(one -> one.monitor().equals(down.ref()))
                .findFirst();
        lost.ifPresent(one -> known.remove(one.server().node()));
        return lost;
    }

    /// Whether a server is one that counts.
    public boolean knows(Pid server) {
        return get(server.node()).filter(one -> one.server().equals(server)).isPresent();
    }

    /// The namesake on a node.
    public Optional<Namesake<I>> get(NodeName node) {
        return Optional.ofNullable(known.get(node));
    }

    /// All that count, in order of their nodes' names.
    public List<Namesake<I>> all() {
        return List.copyOf(known.values());
    }

    /// The same as pids.
    public List<Pid> servers() {
        return known.values().stream().map(Namesake::server).toList();
    }

    /// How many there are.
    public int count() {
        return known.size();
    }

    /// Tells servers of many things, in order: so many with one message, and fewer when that is too large to
    /// travel. What cannot travel alone either is left out, and logged. Waits while the queue to a node is full.
    ///
    /// @param <T> the things
    public <T> void tell(Collection<Pid> servers, List<T> things, int most, Function<List<T>, ? extends Cast> message) {
        for (int from = 0; from < things.size(); from += most) {
            tell(servers, things.subList(from, Math.min(things.size(), from + most)), message);
        }
    }

    private <T> void tell(Collection<Pid> servers, List<T> things, Function<List<T>, ? extends Cast> message) {
        Cast whole = message.apply(things);
        try {
            servers.forEach(server -> Self.cast(server, whole));
        } catch (WireException e) {
            int half = things.size() / 2;
            if (half == 0) {
                log.error("{} cannot tell its namesakes of one thing: {}", Self.pid(), e.getMessage());
            } else {
                tell(servers, things.subList(0, half), message);
                tell(servers, things.subList(half, things.size()), message);
            }
        }
    }
}
