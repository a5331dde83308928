package dev.pando.horde;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.NodeUp;
import dev.pando.core.ChildSpec;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Initialized;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Notice;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Registration;
import dev.pando.core.Registry;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import dev.pando.core.wire.Payload;
import dev.pando.horde.RegistryProtocol.Claimed;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Names that all nodes of a cluster know, and that stay available in every partition.
///
/// The node of a process is the authority for its names: a claim is decided there, atomically, and told to the
/// others. It is refused when that node knows a holder. Two nodes can grant one key at the same time, or on two
/// sides of a partition; when they hear of each other, the older claim stays and the other process is sent one
/// exit signal with `NameConflict`. Names of a lost node vanish, and come back when it does. A key must be
/// something that travels: a listed record or a JDK value.
public final class HordeRegistry implements Registry {

    private final Node node;
    private final Cluster cluster;
    private final Name server;
    private final ConcurrentMap<Payload, Entry> view = new ConcurrentHashMap<>();

    private HordeRegistry(Cluster cluster, String name) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.server = new Name("pando.registry." + name);
        node.speak(Protocols.of(RegistryProtocol.class));
    }

    /// A registry that lives while its [#childSpec] runs. Registries of the same name on all nodes of a cluster
    /// are one.
    public static HordeRegistry of(Cluster cluster, String name) {
        return new HordeRegistry(cluster, name);
    }

    /// Makes a registry and starts it, outside of any supervision tree.
    public static HordeRegistry start(Cluster cluster, String name) {
        HordeRegistry registry = of(cluster, name);
        cluster.node().start(registry.behaviour(), registry.server);
        return registry;
    }

    /// To be started after the cluster's.
    public ChildSpec childSpec() {
        return ChildSpec.of(server.value(), behaviour()).name(server);
    }

    private Server behaviour() {
        return new Server(this);
    }

    /// Claims a key for a process; decided by the node of the process. Once this returns `Registered`, [#lookup]
    /// on this node finds it. Blocks for a round trip when the process is on another node.
    ///
    /// @throws ExitException with `NoProcess` when the process has ended, `NoConnection` when its node is out of
    ///     reach, `Timeout` when it does not answer – it may have granted the key then
    @Override
    public Registration register(Object key, Pid pid, Object value) {
        var claim = new RegistryProtocol.Claim(new Payload(key), pid, new Payload(value));
        return switch (node.call(server.on(pid.node()), claim)) {
            case Claimed.Held(Pid holder) -> new Registration.Taken(holder);
            case Claimed.Refused(ExitReason reason) -> throw new ExitException(reason);
            case Claimed.Granted(Entry entry) -> {
                if (!node.isHere(pid)) {
                    node.call(server, new RegistryProtocol.Learn(entry));
                }
                yield new Registration.Registered(entry.claim().token());
            }
        };
    }

    @Override
    public void unregister(Object key, Pid pid) {
        node.call(server.on(pid.node()), new RegistryProtocol.Release(new Payload(key), pid));
    }

    @Override
    public Optional<Pid> lookup(Object key) {
        return Optional.ofNullable(view.get(new Payload(key))).flatMap(Entry::pid);
    }

    @Override
    public Optional<Object> value(Object key) {
        return Optional.ofNullable(view.get(new Payload(key)))
                .map(entry -> ((Entry.Named) entry.body()).value().value());
    }

    @Override
    public int count() {
        return view.size();
    }

    @Override
    public String toString() {
        return server.value();
    }

    /// The process that keeps the names.
    private record Server(HordeRegistry registry) implements GenServer<RegistryProtocol, NameKeeper> {
        @Override
        public NameKeeper init() {
            NameKeeper keeper = new NameKeeper(registry.cluster, registry.server, registry, registry.view);
            keeper.start();
            return keeper;
        }

        @Override
        public Step<NameKeeper> handle(RegistryProtocol message, NameKeeper keeper) {
            return switch (message) {
                case RegistryProtocol.Claim claim -> {
                    keeper.claim(claim, Self.from(claim));
                    yield noReply(keeper);
                }
                case RegistryProtocol.Release release -> {
                    keeper.release(release.key(), release.pid());
                    yield reply(release, true, keeper);
                }
                case RegistryProtocol.Learn learn -> {
                    keeper.learn(learn.entry());
                    yield reply(learn, true, keeper);
                }
                case RegistryProtocol.Synced(Sync sync) -> {
                    keeper.synced(sync);
                    yield noReply(keeper);
                }
                case RegistryProtocol.Ended(Entry entry) -> {
                    keeper.ended(entry);
                    yield noReply(keeper);
                }
                case RegistryProtocol.Flush _ -> {
                    keeper.flush();
                    yield noReply(keeper);
                }
                case RegistryProtocol.Tick _ -> {
                    keeper.tick();
                    yield noReply(keeper);
                }
                case RegistryProtocol.Overdue(Pid pid) -> {
                    registry.node.exit(pid, ExitReason.killed());
                    yield noReply(keeper);
                }
            };
        }

        @Override
        public Step<NameKeeper> handleInfo(Signal signal, NameKeeper keeper) {
            switch (signal) {
                case Down down -> keeper.down(down);
                case NodeUp up -> keeper.nodeUp(up);
                case Notice _, Exit _, Initialized _ -> {}
            }
            return noReply(keeper);
        }

        @Override
        public void terminate(ExitReason reason, NameKeeper keeper) {
            keeper.stop();
        }
    }
}
