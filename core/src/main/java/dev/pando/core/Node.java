package dev.pando.core;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Transport;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.TypeArguments;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A runtime for processes in this JVM. Several may live in one JVM; they share nothing.
///
/// On its own it is complete; a cluster attaches a [Transport], and the same verbs then reach
/// processes of other nodes. All methods are safe for all threads. Inside a process [Self] reads
/// better, and ends waits when the process is told to exit.
public final class Node implements AutoCloseable {

    /// Waits without a limit.
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE / 4_000_000_000L);

    /// How long a call waits unless told otherwise.
    public static final Duration CALL = Duration.ofSeconds(5);

    static final Duration START = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final NodeName name;
    private final long incarnation;
    private final Host host;
    private final Resources resources;
    private final HybridClock hybridClock;
    private final Distribution distribution;
    private final AtomicLong serials = new AtomicLong();
    private final AtomicLong refs = new AtomicLong();
    private final ProcessTable processes = new ProcessTable();
    private final ConcurrentHashMap<Name, LocalProcess> names = new ConcurrentHashMap<>();
    private final Calls calls;
    private final ConcurrentHashMap<Class<?>, Class<?>> protocolsOfServers = new ConcurrentHashMap<>();
    private final Set<Pid> roots = new LinkedHashSet<>();
    private final AtomicInteger leftovers = new AtomicInteger();
    private volatile boolean closed;

    private Node(NodeName name, Protocols protocols, Resources resources, Host host) {
        this.name = name;
        this.host = host;
        this.resources = resources;
        long millis = host.clock().now().toEpochMilli();
        long salt = host.entropy().random().nextInt(1 << 20);
        incarnation = (millis << 20) | salt;
        hybridClock = new HybridClock(host.clock());
        distribution = new Distribution(this, protocols.codec());
        calls = new Calls(this, distribution);
    }

    /// Starts a node that speaks nothing but JDK values.
    public static Node start(String name) {
        return start(name, Protocols.none());
    }

    /// Starts a node without resources.
    ///
    /// @param name `name@host`, or `name` alone for `name@localhost`
    public static Node start(String name, Protocols protocols) {
        return start(name, protocols, Resources.none());
    }

    /// Starts a node whose processes find the given resources.
    ///
    /// @throws dev.pando.core.wire.WireException when a listed type cannot travel; the message
    ///     names it
    public static Node start(String name, Protocols protocols, Resources resources) {
        return start(NodeName.of(name), protocols, resources, Host.jvm());
    }

    /// Starts a node on a given binding of threads, time and chance; the node closes its scheduler.
    public static Node start(NodeName name, Protocols protocols, Resources resources, Host host) {
        return new Node(name, protocols, resources, host);
    }

    public NodeName name() {
        return name;
    }

    /// Tells this start of the node from others of the same name; later starts have higher numbers.
    public long incarnation() {
        return incarnation;
    }

    public Resources resources() {
        return resources;
    }

    public Host host() {
        return host;
    }

    public HybridClock hybridClock() {
        return hybridClock;
    }

    // ---- starting and ending processes

    /// Starts a plain process.
    public Pid spawn(ProcessBody body) {
        return launch(Launch.of(body));
    }

    /// Starts a behaviour and waits until it is initialised. [#close] stops it, last started first.
    ///
    /// @throws ExitException with the reason when its initialisation fails
    public Pid start(Behaviour behaviour) {
        return startRoot(Launch.root(behaviour));
    }

    /// As [#start(Behaviour)], under a name.
    ///
    /// @throws IllegalStateException when the name is taken
    public Pid start(Behaviour behaviour, Name name) {
        return startRoot(Launch.root(behaviour).name(name));
    }

    /// Starts a behaviour on a node, this one or another, and waits until it is initialised, 5
    /// seconds at most. Nobody is its parent, and it outlives this node.
    ///
    /// @throws ExitException with the reason when its initialisation fails; with `Timeout` or
    ///     `NoConnection` when the other node does not say that it runs; it does not go on there
    ///     then, once that node has noticed
    /// @throws dev.pando.core.wire.WireException when the behaviour cannot travel and has to
    public Pid spawn(NodeName on, Behaviour behaviour) {
        return spawn(on, behaviour, CALL);
    }

    /// As [#spawn(NodeName, Behaviour)], waiting as long as given.
    public Pid spawn(NodeName on, Behaviour behaviour, Duration timeout) {
        return distribution.starts().spawn(Self.orNull(), on, behaviour, timeout);
    }

    RemoteStarts starts() {
        return distribution.starts();
    }

    private Pid startRoot(Launch launch) {
        Pid pid = startAndWait(launch);
        synchronized (roots) {
            roots.add(pid);
        }
        if (here(pid) == null) {
            removeRoot(pid);
        }
        return pid;
    }

    private void removeRoot(Pid pid) {
        synchronized (roots) {
            roots.remove(pid);
        }
    }

    /// Asks a process to stop in order and waits for its end; kills it when the time is up. A
    /// server stops between two messages and runs its `terminate`; a plain process gets an exit
    /// signal.
    ///
    /// @return `true` when it ended by itself in time
    /// @throws IllegalArgumentException when the process is of another node
    public boolean stop(Pid pid, Duration timeout) {
        if (!isOurs(pid)) {
            throw new IllegalArgumentException(pid + " is not on " + name + "; stop it there");
        }
        LocalProcess process = here(pid);
        if (process == null) {
            return true;
        }
        if (process == Self.orNull()) {
            throw new IllegalStateException(process + " stops itself; use Step.stop or Self.exit");
        }
        Slot slot = new Slot(null);
        if (!process.addEnder(slot)) {
            return true;
        }
        if (process.isPlain()) {
            process.exitSignal(pid, ExitReason.shutdown());
        } else {
            process.deliver(new StopRequest(ExitReason.shutdown()));
        }
        boolean inTime = calls.await(Self.orNull(), slot, deadline(timeout)).isPresent();
        if (!inTime) {
            process.kill();
        }
        return inTime;
    }

    /// Sends an exit signal; [ExitReason.Killed] cannot be trapped.
    public void exit(Pid target, ExitReason reason) {
        exit(new Pid(name, incarnation, 0), target, reason);
    }

    /// Whether a process of this node lives. Of other nodes' processes only a monitor can tell.
    ///
    /// @throws IllegalArgumentException when the process is of another node
    public boolean isAlive(Pid pid) {
        if (!isOurs(pid)) {
            throw new IllegalArgumentException(pid + " is not on " + name + "; monitor it instead");
        }
        return here(pid) != null;
    }

    /// Who has the name on this node.
    public Optional<Pid> whereis(Name name) {
        return Optional.ofNullable(names.get(name)).map(process -> process.pid);
    }

    /// How many processes live.
    public int processCount() {
        return processes.size();
    }

    /// The living processes, oldest first: each as it was at some moment of this call.
    public List<ProcessInfo> processes() {
        Map<Pid, Name> named = new HashMap<>();
        names.forEach((given, process) -> named.put(process.pid, given));
        return processes.inOrder().stream()
                .map(process -> process.info(Optional.ofNullable(named.get(process.pid))))
                .toList();
    }

    /// The state of a server of this node, between two messages; for looking, not for working with
    /// it.
    ///
    /// @throws ExitException when it does not answer in time: `Timeout`, `NoProcess`, the reason
    ///     for which it ended, or `NotAccepted` for a plain process, which has no state that could
    ///     be seen
    /// @throws IllegalArgumentException when the process is of another node
    public Object state(Pid pid, Duration timeout) {
        if (!isOurs(pid)) {
            throw new IllegalArgumentException(pid + " is not on " + name + "; ask there");
        }
        return calls.call(Self.orNull(), pid, new StateRequest(), timeout, null);
    }

    /// How many killed processes still run code because they do not heed their interrupt.
    public int leftovers() {
        return leftovers.get();
    }

    // ---- messages

    /// Sends a message. Nothing happens when the process has ended or its node is out of reach.
    ///
    /// Waits only while the queue to another node is full, or a mailbox that has a bound.
    ///
    /// @throws ExitException with `Overloaded` when a bounded mailbox of this node stays full for 5
    ///     seconds
    /// @throws IllegalArgumentException when a local name, or a key of a registry, is held by
    ///     nobody
    /// @throws dev.pando.core.wire.WireException when the message cannot travel and has to
    public void send(Dest to, Object message) {
        if (!deliver(to, message)) {
            throw new IllegalArgumentException("nobody is called " + to);
        }
    }

    /// Sends a message to a server, and never complains about who is there.
    public void cast(Dest to, Cast message) {
        deliver(to, message);
    }

    private boolean deliver(Dest to, Object message) {
        return switch (to) {
            case Pid pid -> {
                LocalProcess process = here(pid);
                if (process != null) {
                    deliver(process, message);
                } else if (!isOurs(pid)) {
                    distribution.send(pid.node(), new RemoteSignal.Send(pid, payload(message)), true);
                }
                yield true;
            }
            case Name local -> {
                LocalProcess process = names.get(local);
                if (process != null) {
                    deliver(process, message);
                }
                yield process != null;
            }
            case RemoteName remote
            when remote.node().equals(name) -> {
                deliver(remote.name(), message);
                yield true;
            }
            case RemoteName remote -> {
                distribution.send(remote.node(), new RemoteSignal.Send(remote.name(), payload(message)), true);
                yield true;
            }
            case Via via -> {
                Optional<Pid> holder = via.registry().lookup(via.key());
                holder.ifPresent(pid -> deliver(pid, message));
                yield holder.isPresent();
            }
        };
    }

    private void deliver(LocalProcess process, Object message) {
        if (!(message instanceof Signal) && process.isBounded() && !process.awaitRoom(deadline(CALL))) {
            throw new ExitException(process.overloaded());
        }
        process.deliver(message);
    }

    /// As [Self#sendAfter(Duration, Dest, Object)].
    public Self.Timer sendAfter(Duration delay, Dest to, Object message) {
        // What may block, such as the queue to another node, must not do so on the thread of all timers.
        var timer = host.scheduler().at(deadline(delay), () -> spawn(() -> deliver(to, message)));
        return timer::cancel;
    }

    /// As [#call(Dest, Call, Duration)], waiting 5 seconds at most.
    public <R> R call(Dest to, Call<R> request) {
        return call(to, request, CALL);
    }

    /// Sends a request to a server and waits for its answer.
    ///
    /// @throws ExitException when there is none: `Timeout` (the request may still be carried out),
    ///     `NoProcess`, `NoConnection` (the same), `NotAccepted`, the reason for which the server
    ///     ended, or at once when the server waits, by way of others, for the calling process
    ///     itself; the message has the chain of calls
    /// @throws dev.pando.core.wire.WireException when the request cannot travel and has to
    public <R> R call(Dest to, Call<R> request, Duration timeout) {
        return calls.call(Self.orNull(), to, request, timeout, null);
    }

    /// As [#call(Dest, Call, Duration)], for a request that may be sent again when its outcome is
    /// not known: under the same id a server that has answered it gives the same answer again, and
    /// does not handle it a second time.
    ///
    /// A server knows the latest thousand of its answers, and takes them along when it moves, see
    /// [Handoff]. They end with it: what a request does elsewhere needs the id for an idempotency
    /// key, see [Self#requestId]. One that the server answers after `handle` has returned is not
    /// handled twice either, but only who asked first is answered.
    ///
    /// @param id from [#newRef]
    public <R> R callOnce(Ref id, Dest to, Call<R> request, Duration timeout) {
        return calls.call(Self.orNull(), to, request, timeout, id);
    }

    /// Puts an item of the runtime's own into the mailbox of a server of this node, if it lives.
    void deliverHere(Pid server, Object item) {
        if (!isOurs(server)) {
            throw new IllegalArgumentException(server + " is not on " + name);
        }
        LocalProcess process = here(server);
        if (process != null) {
            process.deliver(item);
        }
    }

    /// Sends a request to several servers at once and waits until all have answered, or the time is
    /// up.
    ///
    /// A bounded mailbox of this node that is full refuses at once, since the others would wait
    /// too; where the queue to a node is full, it is asked after the others.
    ///
    /// @return the answers by destination, and why there is none from the others; see [#call] for
    ///     the reasons
    /// @throws dev.pando.core.wire.WireException when the request cannot travel and has to
    public <R> MultiReply<R> multiCall(Collection<? extends Dest> to, Call<R> request, Duration timeout) {
        return calls.multiCall(Self.orNull(), to, request, timeout);
    }

    /// Answers a call that a server has left open, from any thread; see [From#reply].
    public <R> void reply(From<R> from, R value) {
        calls.reply(from, value);
    }

    /// Where a destination is now; a [Via] that nobody holds stays what it is.
    Dest resolve(Dest to) {
        return switch (to) {
            case Pid _, Name _ -> to;
            case Via via ->
                via.registry().lookup(via.key()).<Dest>map(pid -> pid).orElse(via);
            case RemoteName remote -> remote.node().equals(name) ? remote.name() : remote;
        };
    }

    // ---- for registries, clusters and other parts of the runtime

    /// Whether the process is of this incarnation of this node.
    public boolean isHere(Pid pid) {
        return pid.incarnation() == incarnation && pid.node().equals(name);
    }

    /// A token for a claim that is made now.
    public Token nextToken() {
        return new Token(hybridClock.next(), name, incarnation);
    }

    /// A token for a claim that is made now and comes after another one of the same key.
    ///
    /// @param stamp that of the other one
    public Token nextTokenAfter(long stamp) {
        return new Token(hybridClock.nextAfter(stamp), name, incarnation);
    }

    /// What a local process holds, in the order of its claims: see [#grant]. Empty when it has
    /// ended.
    public List<Object> held(Pid pid) {
        LocalProcess process = here(pid);
        return process == null ? List.of() : process.heldKeys();
    }

    /// A reference that nobody else has.
    public Ref newRef() {
        return new Ref(name, incarnation, refs.incrementAndGet());
    }

    /// Lets a local process know that it holds a key – one of a registry as a [Via] – for
    /// [Self#token], and runs `ending` at its end before anybody is told. `false` when the process
    /// has ended already; `ending` does not run then.
    public boolean grant(Pid pid, Object key, Token token, Runnable ending) {
        LocalProcess process = here(pid);
        return process != null && process.hold(key, token, ending);
    }

    /// Takes a grant back, whose key the process has given up.
    public void revoke(Pid pid, Object key, Token token) {
        LocalProcess process = here(pid);
        if (process != null) {
            process.revoke(key, token);
        }
    }

    /// Makes the node speak more than it was started with; used by the parts of Pando for their own
    /// protocols.
    ///
    /// @throws dev.pando.core.wire.WireException when a listed type cannot travel
    public void speak(Protocols more) {
        distribution.speak(more);
    }

    /// Connects the node to its one transport.
    ///
    /// @throws IllegalStateException when it has one
    public void attach(Transport transport) {
        distribution.attach(transport);
    }

    /// How many calls of other nodes wait for servers of this one.
    int servedCalls() {
        return distribution.served();
    }

    /// Frames from other nodes that were refused since the start.
    public long refusedFrames() {
        return distribution.refused();
    }

    // ---- the rest of the package

    Pid startAndWait(Launch launch) {
        return startAndWait(launch, START);
    }

    Pid startAndWait(Launch launch, Duration timeout) {
        Slot slot = new Slot(null);
        LocalProcess process = make(launch, slot);
        return startAndWait(process, launch, slot, timeout);
    }

    /// As `startAndWait`, with a monitor that is there before the process runs; it is gone when the
    /// start fails.
    Monitored startMonitored(LocalProcess watcher, Launch launch, Duration timeout) {
        Slot slot = new Slot(null);
        LocalProcess process = make(launch, slot);
        Ref ref = monitor(watcher, process.pid);
        try {
            return new Monitored(startAndWait(process, launch, slot, timeout), ref);
        } catch (RuntimeException e) {
            Self.demonitor(ref);
            throw e;
        }
    }

    private Pid startAndWait(LocalProcess process, Launch launch, Slot slot, Duration timeout) {
        Pid pid = process.pid;
        slot.soon(true);
        host.scheduler().start(process.kind(), process);
        Object outcome;
        try {
            outcome = calls.await(Self.orNull(), slot, deadline(timeout))
                    .orElseThrow(
                            () -> new ExitException(new ExitReason.Timeout(timeout), "start of " + launch.label()));
        } catch (RuntimeException e) {
            slot.abandon();
            LocalProcess parent = launch.parent();
            if (parent != null) {
                unlink(parent, pid);
            }
            exit(pid, ExitReason.killed());
            throw e;
        }
        if (outcome instanceof Slot.Failure(ExitReason reason)) {
            throw new ExitException(reason, "start of " + launch.label());
        }
        return pid;
    }

    Pid launch(Launch launch) {
        LocalProcess process = make(launch, null);
        host.scheduler().start(process.kind(), process);
        return process.pid;
    }

    /// Starts a process after its pid has been noted; the slot is told how that goes.
    void launch(Launch launch, Slot starter, Consumer<Pid> noted) {
        LocalProcess process = make(launch, starter);
        noted.accept(process.pid);
        host.scheduler().start(process.kind(), process);
    }

    /// A process that is known, and does not run yet.
    private LocalProcess make(Launch launch, @Nullable Slot starter) {
        if (closed) {
            throw new IllegalStateException("node " + name + " is closed");
        }
        for (Class<?> needed : launch.behaviour().resources()) {
            resources.get(needed);
        }
        LocalProcess process =
                new LocalProcess(this, new Pid(name, incarnation, serials.incrementAndGet()), launch, starter);
        Inheritance inheritance = launch.inheritance();
        if (inheritance != null) {
            process.deliver(inheritance);
        }
        admit(launch, process);
        return process;
    }

    Monitored spawnMonitor(LocalProcess watcher, ProcessBody body) {
        LocalProcess process = make(Launch.of(body), null);
        Ref ref = monitor(watcher, process.pid);
        host.scheduler().start(process.kind(), process);
        return new Monitored(process.pid, ref);
    }

    /// Makes a process known. The order matters: what its parent, and whoever finds its name, send
    /// to its pid arrives.
    private void admit(Launch launch, LocalProcess process) {
        LocalProcess parent = launch.parent();
        if (parent != null) {
            process.addLink(parent.pid);
        }
        Launch.Origin origin = launch.origin();
        if (origin != null) {
            origin.caller().ifPresent(caller -> tie(process, caller, origin));
        }
        processes.put(process);
        try {
            if (parent != null) {
                adopt(parent, process);
            }
            Name wanted = launch.name();
            if (wanted != null) {
                take(wanted, process);
            }
        } catch (RuntimeException e) {
            processes.remove(process);
            if (parent != null) {
                parent.removeLink(process.pid);
            }
            throw e;
        }
        if (closed) {
            process.kill();
        }
    }

    private static void tie(LocalProcess process, Pid caller, Launch.Origin origin) {
        if (origin.linked()) {
            process.addLink(caller);
        }
        origin.monitor().ifPresent(ref -> process.addWatcher(ref, caller));
    }

    private static void adopt(LocalProcess parent, LocalProcess child) {
        if (!parent.addLink(child.pid)) {
            throw new ExitException(parent.endedFor().orElseGet(ExitReason::killed));
        }
    }

    private void take(Name wanted, LocalProcess process) {
        LocalProcess holder = names.putIfAbsent(wanted, process);
        if (holder != null) {
            throw new IllegalStateException("the name " + wanted + " is taken by " + holder);
        }
        if (!process.hold(wanted, null, () -> names.remove(wanted, process))) {
            names.remove(wanted, process);
        }
    }

    /// Runs a process on the calling thread: a plain one for all its life, a server until it has
    /// nothing to do.
    void run(LocalProcess process) {
        ExitReason reason;
        try {
            process.check();
            if (process.behaviour instanceof ProcessBody plain) {
                process.ready();
                plain.run();
            } else {
                serve(process);
                return;
            }
            reason = process.told().orElseGet(ExitReason::normal);
        } catch (Throwable thrown) {
            reason = ended(process, thrown);
        }
        process.finished();
        if (!end(process, reason)) {
            leftovers.decrementAndGet();
        }
    }

    /// Returns when the process is idle, and not to be touched any more.
    private void serve(LocalProcess process) throws Exception {
        Loop loop = process.loop();
        if (loop == null) {
            loop = loop(process);
            loop.begin();
            process.loop(loop);
        }
        for (Object item = process.takeNext(); item != null; item = process.takeNext()) {
            loop.handle(item);
        }
    }

    private Loop loop(LocalProcess process) {
        return switch (process.behaviour) {
            case GenServer<?, ?> server -> loop(server, process);
            case Supervisor supervisor -> new SupervisorLoop(supervisor, process);
            case DynamicSupervisor supervisor -> new DynamicSupervisorLoop(supervisor, process);
            case ProcessBody plain -> throw new IllegalArgumentException(plain + " has no loop");
        };
    }

    private static ExitReason ended(LocalProcess process, Throwable thrown) {
        Optional<ExitReason> told = process.told();
        ExitReason reason = told.orElseGet(() -> reasonOf(thrown));
        if (told.isEmpty() && reason.abnormal()) {
            CrashLog.write(process, thrown);
        }
        return reason;
    }

    @SuppressWarnings("unchecked")
    private <M, S> GenServerLoop<M, S> loop(GenServer<M, S> server, LocalProcess process) {
        Class<?> protocol = protocolsOfServers.computeIfAbsent(
                server.getClass(),
                type -> TypeArguments.classOf(type, GenServer.class, 0).orElse(Object.class));
        return new GenServerLoop<>(server, (Class<M>) protocol, process);
    }

    static ExitReason reasonOf(Throwable thrown) {
        return thrown instanceof ExitException exit ? exit.reason() : ExitReason.Crash.of(thrown);
    }

    /// The body of a process may outlive its incarnation.
    void leaves() {
        leftovers.incrementAndGet();
    }

    void leavesNothing() {
        leftovers.decrementAndGet();
    }

    /// Frees what the process holds, closes it, and tells everybody; `false` when that is being
    /// done already.
    ///
    /// Idle servers that a link makes follow it are ended here too, one after the other: a tree of
    /// a million ends without a thread for each, and without a stack as deep as the tree.
    boolean end(LocalProcess process, ExitReason reason) {
        Optional<List<Runnable>> endings = process.beginEnd();
        endings.ifPresent(free -> end(process, free, reason));
        return endings.isPresent();
    }

    /// As `end`, for whoever has begun it.
    ///
    /// @param endings what frees its names and claims
    void end(LocalProcess process, List<Runnable> endings, ExitReason reason) {
        Deque<LocalProcess> following = new ArrayDeque<>();
        end(process, endings, reason, following);
        for (LocalProcess next = following.poll(); next != null; next = following.poll()) {
            Optional<List<Runnable>> begun = next.beginEnd();
            if (begun.isPresent()) {
                end(next, begun.get(), next.told().orElse(reason), following);
            } else {
                leavesNothing();
            }
        }
    }

    private void end(LocalProcess process, List<Runnable> endings, ExitReason reason, Deque<LocalProcess> following) {
        endings.forEach(ending -> attempt(process, ending));
        LocalProcess.Relations relations = process.end(reason);
        processes.remove(process);
        if (process.isRoot()) {
            removeRoot(process.pid);
        }
        attempt(process, () -> relations.starter().ifPresent(slot -> failStart(slot, process, reason)));
        relations.links().forEach(link -> attempt(process, () -> endLinked(process.pid, link, reason, following)));
        relations.watchers().forEach((ref, watcher) -> attempt(process, () -> tellWatcher(ref, watcher, reason)));
        attempt(process, () -> process.mailbox.forEach(item -> failRequest(item, process, reason)));
        relations.open().forEach(request -> attempt(process, () -> calls.failByEnd(request, process, reason)));
        relations.enders().forEach(slot -> slot.complete(reason, host.scheduler()));
        relations.watching().forEach((ref, watch) -> attempt(process, () -> unwatch(ref, watch.found())));
    }

    private void endLinked(Pid ended, Pid link, ExitReason reason, Deque<LocalProcess> following) {
        LocalProcess process = here(link);
        if (process == null) {
            exitByLink(ended, link, reason);
        } else if (process.isEndedByLink(ended, reason)) {
            following.add(process);
        }
    }

    /// The starter gets the reason from `startAndWait`; it must not get it a second time through
    /// the link.
    private void failStart(Slot starter, LocalProcess process, ExitReason reason) {
        if (starter.outcome() == null) {
            process.parent().ifPresent(parent -> parent.removeLink(process.pid));
            starter.complete(new Slot.Failure(reason), host.scheduler());
        }
    }

    private void failRequest(Object item, LocalProcess server, ExitReason reason) {
        if (item instanceof Request request) {
            calls.failByEnd(request, server, reason);
        }
    }

    /// One step of an end; that it fails is no reason not to tell the others.
    private static void attempt(LocalProcess process, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("a step of the end of {} failed", process, e);
        }
    }

    void link(LocalProcess self, Pid other) {
        if (other.equals(self.pid)) {
            return;
        }
        self.addLink(other);
        if (isOurs(other)) {
            LocalProcess process = here(other);
            if (process == null || !process.addLink(self.pid)) {
                exitByLink(other, self.pid, new ExitReason.NoProcess(other.toString()));
            }
        } else if (!distribution.send(other.node(), new RemoteSignal.Link(self.pid, other), false)) {
            exitByLink(other, self.pid, new ExitReason.NoConnection(other.node()));
        } else if (self.lacksLink(other)) {
            // Broken by the end of one session before it was sent in the next.
            distribution.send(other.node(), new RemoteSignal.Unlink(self.pid, other), false);
        }
        // A kill in between has told the links of that moment only.
        self.endedFor().ifPresent(reason -> exitByLink(self.pid, other, reason));
    }

    void unlink(LocalProcess self, Pid other) {
        self.removeLink(other);
        if (isOurs(other)) {
            LocalProcess process = here(other);
            if (process != null) {
                process.removeLink(self.pid);
            }
        } else {
            distribution.send(other.node(), new RemoteSignal.Unlink(self.pid, other), false);
        }
    }

    /// The exit signal of a link; ignored where the link is gone.
    void exitByLink(Pid from, Pid to, ExitReason reason) {
        if (isOurs(to)) {
            LocalProcess process = here(to);
            if (process != null) {
                process.exitByLink(from, reason);
            }
        } else {
            distribution.tell(to.node(), reason, why -> new RemoteSignal.ExitSignal(from, to, why, true));
        }
    }

    void exit(Pid from, Pid target, ExitReason reason) {
        if (!isOurs(target)) {
            distribution.send(target.node(), new RemoteSignal.ExitSignal(from, target, reason, false), false);
            return;
        }
        LocalProcess process = here(target);
        if (process == null) {
            return;
        }
        if (reason instanceof ExitReason.Killed) {
            process.kill();
        } else {
            process.exitSignal(from, reason);
        }
    }

    Ref monitor(LocalProcess self, Dest target) {
        Ref ref = newRef();
        Dest resolved = resolve(target);
        if (!self.watch(ref, new LocalProcess.Watch(target, resolved))) {
            return ref;
        }
        switch (resolved) {
            case Pid pid when isOurs(pid) -> watch(ref, self.pid, here(pid), target);
            case Name local -> watch(ref, self.pid, names.get(local), target);
            case Pid pid -> watchThere(ref, self, pid.node(), pid);
            case RemoteName remote -> watchThere(ref, self, remote.node(), remote.name());
            case Via _ -> tellWatcher(ref, self.pid, new ExitReason.NoProcess(target.toString()));
        }
        return ref;
    }

    /// Makes `watcher`, of any node, watch a process of this node.
    void watch(Ref ref, Pid watcher, @Nullable LocalProcess process, Dest target) {
        if (process == null || !process.addWatcher(ref, watcher)) {
            tellWatcher(ref, watcher, new ExitReason.NoProcess(target.toString()));
        }
    }

    private void watchThere(Ref ref, LocalProcess watcher, NodeName node, Address target) {
        if (!distribution.send(node, new RemoteSignal.Monitor(ref, watcher.pid, target), false)) {
            tellWatcher(ref, watcher.pid, new ExitReason.NoConnection(node));
        } else if (!watcher.isWatching(ref)) {
            // Fired by the end of one session before it was sent in the next, or the watcher was killed.
            distribution.send(node, new RemoteSignal.Demonitor(ref, target), false);
        }
    }

    void demonitor(LocalProcess self, Ref ref) {
        self.unwatch(ref).ifPresent(target -> unwatch(ref, target));
    }

    private void unwatch(Ref ref, Dest target) {
        switch (target) {
            case Pid pid when isOurs(pid) -> unwatch(ref, here(pid));
            case Name local -> unwatch(ref, names.get(local));
            case Pid pid -> distribution.send(pid.node(), new RemoteSignal.Demonitor(ref, pid), false);
            case RemoteName remote ->
                distribution.send(remote.node(), new RemoteSignal.Demonitor(ref, remote.name()), false);
            case Via _ -> {}
        }
    }

    static void unwatch(Ref ref, @Nullable LocalProcess process) {
        if (process != null) {
            process.removeWatcher(ref);
        }
    }

    void tellWatcher(Ref ref, Pid watcher, ExitReason reason) {
        if (!isOurs(watcher)) {
            distribution.tell(watcher.node(), reason, why -> new RemoteSignal.Ended(ref, watcher, why));
            return;
        }
        LocalProcess process = here(watcher);
        if (process != null) {
            process.down(ref, reason);
        }
    }

    /// Fires `NoConnection` for everything that crossed a session which has ended.
    void lost(NodeName peer) {
        ExitReason reason = new ExitReason.NoConnection(peer);
        processes.inOrder().forEach(process -> process.lose(peer, reason));
        calls.lost(peer, reason);
    }

    /// Whether the process is or was one of a node of this name. Those of former incarnations are
    /// nobody: nothing about them is ever asked of another node.
    boolean isOurs(Pid pid) {
        return pid.node().equals(name);
    }

    /// All that live, in the order of their starts.
    List<LocalProcess> living() {
        return processes.inOrder();
    }

    @Nullable
    LocalProcess here(Pid pid) {
        return isHere(pid) ? processes.get(pid.serial()) : null;
    }

    Calls calls() {
        return calls;
    }

    @Nullable
    LocalProcess here(Address address) {
        return switch (address) {
            case Pid pid -> here(pid);
            case Name local -> names.get(local);
        };
    }

    boolean isMine(Ref ref) {
        return ref.incarnation() == incarnation && ref.node().equals(name);
    }

    /// `Clock.nanos` at the end of a wait that starts now.
    long deadline(Duration timeout) {
        return host.clock().nanos() + nanos(timeout);
    }

    static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(FOREVER) > 0 ? FOREVER.toNanos() : timeout.toNanos();
    }

    void parkUntil(long deadlineNanos) {
        if (deadlineNanos == Long.MAX_VALUE) {
            host.scheduler().park();
        } else {
            host.scheduler().parkUntil(deadlineNanos);
        }
    }

    static Payload payload(Object message) {
        return new Payload(message);
    }

    /// Whether [#close] was called: no process starts here any more.
    public boolean isClosed() {
        return closed;
    }

    /// Stops what [#start] started, last first, kills what is left, and ends the timers. Waits 30
    /// seconds at most.
    @Override
    public void close() {
        long deadline = deadline(CLOSE);
        Slot over = new Slot(null);
        LocalProcess closer;
        synchronized (roots) {
            if (closed) {
                return;
            }
            List<Pid> started = List.copyOf(roots).reversed();
            // A process waits for others at a fraction of what it costs a platform thread.
            ProcessBody stopping = () -> stop(started, deadline);
            closer = make(Launch.of(stopping), null);
            closer.addEnder(over);
            closed = true;
        }
        host.scheduler().start(closer.kind(), closer);
        try {
            calls.await(Self.orNull(), over, deadline(CLOSE.plusSeconds(1)));
        } finally {
            processes.inOrder().forEach(LocalProcess::kill);
            distribution.close();
            host.scheduler().close();
        }
    }

    private void stop(List<Pid> started, long deadline) {
        for (Pid root : started) {
            long left = Math.max(0, deadline - host.clock().nanos());
            if (!stop(root, Duration.ofNanos(left))) {
                log.warn("{} did not stop in time and was killed", root);
            }
        }
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
