package dev.pando.core;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Transport;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.TypeArguments;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A runtime for processes in this JVM. Several may live in one JVM; they share nothing.
///
/// On its own it is complete; a cluster attaches a [Transport], and the same verbs then reach processes of other
/// nodes. All methods are safe for all threads. Inside a process [Self] reads better, and ends waits when the
/// process is told to
/// exit.
public final class Node implements AutoCloseable {

    /// Waits without a limit.
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE / 4_000_000_000L);

    /// How long a call waits unless told otherwise.
    public static final Duration CALL = Duration.ofSeconds(5);

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CLOSE = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Node.class);

    private final NodeName name;
    private final long incarnation;
    private final Host host;
    private final Resources resources;
    private final HybridClock hybridClock;
    private final Distribution distribution;
    private final AtomicLong serials = new AtomicLong();
    private final ConcurrentHashMap<Long, LocalProcess> processes = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Name, LocalProcess> names = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Long, Slot> slots = new ConcurrentHashMap<>();
    private final Deque<Pid> roots = new ArrayDeque<>();
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
    /// @throws dev.pando.core.wire.WireException when a listed type cannot travel; the message names it
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
        return startRoot(Launch.of(behaviour));
    }

    /// As [#start(Behaviour)], under a name.
    ///
    /// @throws IllegalStateException when the name is taken
    public Pid start(Behaviour behaviour, Name name) {
        return startRoot(Launch.of(behaviour).name(Optional.of(name)));
    }

    private Pid startRoot(Launch launch) {
        Pid pid = startAndWait(launch);
        synchronized (roots) {
            roots.push(pid);
        }
        return pid;
    }

    /// Asks a process to stop in order and waits for its end; kills it when the time is up. A server stops
    /// between two messages and runs its `terminate`; a plain process gets an exit signal.
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
        Slot slot = newSlot(Optional.empty());
        if (!process.addCaller(slot.ref)) {
            slots.remove(slot.ref.serial());
            return true;
        }
        if (process.isPlain()) {
            process.exitSignal(pid, ExitReason.shutdown());
        } else {
            process.deliver(new StopRequest(ExitReason.shutdown()));
        }
        boolean inTime = awaitOutcome(slot, deadline(timeout)).isPresent();
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

    /// How many killed processes still run code because they do not heed their interrupt.
    public int leftovers() {
        return leftovers.get();
    }

    // ---- messages

    /// Sends a message. Nothing happens when the process has ended or its node is out of reach.
    ///
    /// Waits only while the queue to another node is full.
    ///
    /// @throws IllegalArgumentException when a local name, or a key of a registry, is held by nobody
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
                if (isOurs(pid)) {
                    LocalProcess process = here(pid);
                    if (process != null) {
                        process.deliver(message);
                    }
                } else {
                    distribution.send(pid.node(), new RemoteSignal.Send(pid, payload(message)), true);
                }
                yield true;
            }
            case Name local -> {
                LocalProcess process = names.get(local);
                if (process != null) {
                    process.deliver(message);
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

    /// As [#call(Dest, Call, Duration)], waiting 5 seconds at most.
    public <R> R call(Dest to, Call<R> request) {
        return call(to, request, CALL);
    }

    /// Sends a request to a server and waits for its answer.
    ///
    /// @throws ExitException when there is none: `Timeout` (the request may still be carried out), `NoProcess`,
    ///     `NoConnection` (the same), `NotAccepted`, the reason for which the server ended, or at once when the
    ///     server waits, by way of others, for the calling process itself; the message has the chain of calls
    /// @throws dev.pando.core.wire.WireException when the request cannot travel and has to
    @SuppressWarnings("unchecked")
    public <R> R call(Dest to, Call<R> request, Duration timeout) {
        Optional<Dest> resolved = resolve(to);
        if (resolved.isEmpty()) {
            throw failed(to, request, new ExitReason.NoProcess(to.toString()));
        }
        long deadline = deadline(timeout);
        Slot slot = newSlot(remoteNode(resolved.get()));
        Optional<Object> outcome;
        try {
            submit(slot, resolved.get(), request, timeout, deadline);
            outcome = awaitOutcome(slot, deadline);
        } catch (RuntimeException e) {
            abandon(slot, resolved.get());
            throw e;
        }
        if (outcome.isEmpty()) {
            abandon(slot, resolved.get());
            throw failed(to, request, new ExitReason.Timeout(timeout));
        }
        if (outcome.get() instanceof Slot.Failure(ExitReason reason)) {
            throw failed(to, request, reason);
        }
        return (R) outcome.get();
    }

    private void submit(Slot slot, Dest to, Call<?> request, Duration timeout, long deadline) {
        switch (to) {
            case Pid pid when isOurs(pid) -> submitHere(slot, here(pid), to, request, deadline);
            case Name local -> submitHere(slot, names.get(local), to, request, deadline);
            case Pid pid -> submitThere(slot, pid.node(), pid, request, timeout);
            case RemoteName remote -> submitThere(slot, remote.node(), remote.name(), request, timeout);
            case Via _ -> throw new IllegalStateException("a via is resolved first");
        }
    }

    private void submitHere(Slot slot, @Nullable LocalProcess server, Dest to, Call<?> request, long deadline) {
        if (server == null) {
            complete(slot.ref.serial(), new Slot.Failure(new ExitReason.NoProcess(to.toString())));
        } else if (server == Self.orNull()) {
            throw new IllegalStateException(server + " calls itself, and would wait for ever");
        } else {
            accept(server, new Request(slot.ref, request, deadline, waiting()));
        }
    }

    private void submitThere(Slot slot, NodeName node, Address to, Call<?> request, Duration timeout) {
        var signal = new RemoteSignal.Request(slot.ref, to, payload(request), nanos(timeout), waiting());
        if (!distribution.send(node, signal, true)) {
            complete(slot.ref.serial(), new Slot.Failure(new ExitReason.NoConnection(node)));
        }
    }

    /// The calling process, after those that wait for it: the callers of the request it is handling, as long as
    /// they do.
    private static List<Pid> waiting() {
        LocalProcess self = Self.orNull();
        if (self == null) {
            return List.of();
        }
        long now = self.node.host.clock().nanos();
        List<Pid> chain = new ArrayList<>(self.current()
                .filter(handled -> handled.deadlineNanos() - now > 0)
                .map(Request::chain)
                .orElse(List.of()));
        chain.add(self.pid);
        return chain;
    }

    /// Puts a request into a server's mailbox, or fails it.
    void accept(LocalProcess server, Request request) {
        if (server.isPlain()) {
            var reason = new ExitReason.NotAccepted(
                    server.label, request.message().getClass().getName());
            failCall(request.ref(), server, reason);
        } else if (request.closesCycle(server.pid)) {
            failCall(request.ref(), server, request.cycle(server.pid));
        } else if (server.addCaller(request.ref())) {
            server.deliver(request);
        } else {
            failCall(request.ref(), server, new ExitReason.NoProcess(server.pid.toString()));
        }
    }

    /// Answers a call that a server has left open, from any thread; see [From#reply].
    public <R> void reply(From<R> from, R value) {
        answer(from.ref(), value);
        LocalProcess server = here(from.server());
        if (server != null) {
            forget(from.ref(), server);
        } else if (!isOurs(from.server())) {
            distribution.send(from.server().node(), new RemoteSignal.Forget(from.ref()), false);
        }
    }

    private void answer(Ref ref, Object value) {
        if (isMine(ref)) {
            complete(ref.serial(), value);
        } else {
            distribution.send(ref.node(), new RemoteSignal.Reply(ref, payload(value)), false);
        }
    }

    void failCall(Ref ref, LocalProcess server, ExitReason reason) {
        forget(ref, server);
        if (isMine(ref)) {
            complete(ref.serial(), new Slot.Failure(reason));
        } else {
            distribution.tell(ref.node(), reason, why -> new RemoteSignal.Failed(ref, why));
        }
    }

    /// Ends the server's part in a call.
    void forget(Ref ref, LocalProcess server) {
        server.removeCaller(ref);
        if (!isMine(ref)) {
            distribution.forget(ref);
        }
    }

    private void abandon(Slot slot, Dest to) {
        slots.remove(slot.ref.serial());
        switch (to) {
            case Pid pid when isOurs(pid) -> forgetHere(slot, here(pid));
            case Name local -> forgetHere(slot, names.get(local));
            case Pid pid -> distribution.send(pid.node(), new RemoteSignal.Forget(slot.ref), false);
            case RemoteName remote -> distribution.send(remote.node(), new RemoteSignal.Forget(slot.ref), false);
            case Via _ -> {}
        }
    }

    private static void forgetHere(Slot slot, @Nullable LocalProcess server) {
        if (server != null) {
            server.removeCaller(slot.ref);
        }
    }

    private Slot newSlot(Optional<NodeName> remote) {
        Slot slot = new Slot(newRef(), remote, Thread.currentThread());
        slots.put(slot.ref.serial(), slot);
        return slot;
    }

    /// Gives a call its outcome; the first one counts.
    void complete(long serial, Object outcome) {
        Slot slot = slots.remove(serial);
        if (slot != null) {
            host.scheduler().unpark(slot.complete(outcome));
        }
    }

    private Optional<Object> awaitOutcome(Slot slot, long deadline) {
        LocalProcess self = Self.orNull();
        while (true) {
            Object outcome = slot.outcome();
            if (outcome != null) {
                return Optional.of(outcome);
            }
            if (host.clock().nanos() - deadline >= 0) {
                return Optional.empty();
            }
            if (self == null) {
                parkUntil(deadline);
                if (Thread.currentThread().isInterrupted()) {
                    throw new ExitException(ExitReason.killed(), "interrupted while waiting for an answer");
                }
            } else {
                self.check();
                self.park(deadline);
                self.check();
            }
        }
    }

    private static ExitException failed(Dest to, Call<?> request, ExitReason reason) {
        return new ExitException(reason, request.getClass().getSimpleName() + " to " + to);
    }

    private Optional<Dest> resolve(Dest to) {
        return switch (to) {
            case Via via -> via.registry().lookup(via.key()).map(pid -> pid);
            case RemoteName remote when remote.node().equals(name) -> Optional.of(remote.name());
            case Pid _, Name _, RemoteName _ -> Optional.of(to);
        };
    }

    private Optional<NodeName> remoteNode(Dest to) {
        return switch (to) {
            case Pid pid when !isOurs(pid) -> Optional.of(pid.node());
            case RemoteName remote -> Optional.of(remote.node());
            case Pid _, Name _, Via _ -> Optional.empty();
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

    /// Lets a local process know that it holds a key, for [Self#token], and runs `ending` at its end before
    /// anybody is told. `false` when the process has ended already; `ending` does not run then.
    public boolean grant(Pid pid, Object key, Token token, Runnable ending) {
        LocalProcess process = here(pid);
        if (process == null) {
            return false;
        }
        process.tokens.put(key, token);
        return process.atEnd(token, ending);
    }

    /// Takes a grant back, whose key the process has given up.
    void revoke(Pid pid, Object key, Token token) {
        LocalProcess process = here(pid);
        if (process != null) {
            process.revoke(key, token);
        }
    }

    /// Makes the node speak more than it was started with; used by the parts of Pando for their own protocols.
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

    /// Frames from other nodes that were refused since the start.
    public long refusedFrames() {
        return distribution.refused();
    }

    // ---- the rest of the package

    Pid startAndWait(Launch launch) {
        Slot slot = newSlot(Optional.empty());
        Pid pid;
        try {
            pid = launch(launch, Optional.of(slot));
        } catch (RuntimeException e) {
            slots.remove(slot.ref.serial());
            throw e;
        }
        Object outcome;
        try {
            outcome = awaitOutcome(slot, deadline(START))
                    .orElseThrow(() -> new ExitException(new ExitReason.Timeout(START), "start of " + launch.label()));
        } catch (RuntimeException e) {
            slots.remove(slot.ref.serial());
            launch.parent().ifPresent(parent -> unlink(parent, pid));
            exit(pid, ExitReason.killed());
            throw e;
        }
        if (outcome instanceof Slot.Failure(ExitReason reason)) {
            throw new ExitException(reason, "start of " + launch.label());
        }
        return pid;
    }

    Pid launch(Launch launch) {
        return launch(launch, Optional.empty());
    }

    private Pid launch(Launch launch, Optional<Slot> starter) {
        if (closed) {
            throw new IllegalStateException("node " + name + " is closed");
        }
        launch.behaviour().resources().forEach(resources::get);
        Pid pid = new Pid(name, incarnation, serials.incrementAndGet());
        LocalProcess process = new LocalProcess(
                this,
                pid,
                launch.parent().map(parent -> parent.pid),
                launch.label(),
                launch.behaviour() instanceof ProcessBody);
        launch.held().ifPresent(held -> process.tokens.put(held.key(), held.token()));
        starter.ifPresent(slot -> process.lastWord(() -> failStart(slot, launch, process)));
        admit(launch, process);
        Runnable ready = () -> {
            starter.ifPresent(slot -> complete(slot.ref.serial(), pid));
            if (launch.telling()) {
                launch.parent().ifPresent(parent -> parent.deliver(new Initialized(pid)));
            }
        };
        host.scheduler().start(pid.toString(), () -> run(process, launch.behaviour(), ready));
        return pid;
    }

    /// Makes a process known. The order matters: what its parent, and whoever finds its name, send to its pid
    /// arrives.
    private void admit(Launch launch, LocalProcess process) {
        launch.parent().ifPresent(parent -> process.addLink(parent.pid));
        processes.put(process.pid.serial(), process);
        try {
            launch.parent().ifPresent(parent -> adopt(parent, process));
            launch.name().ifPresent(wanted -> take(wanted, process));
        } catch (RuntimeException e) {
            processes.remove(process.pid.serial());
            launch.parent().ifPresent(parent -> parent.removeLink(process.pid));
            throw e;
        }
        if (closed) {
            process.kill();
        }
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
        if (!process.atEnd(wanted, () -> names.remove(wanted, process))) {
            names.remove(wanted, process);
        }
    }

    /// The starter gets the reason from `startAndWait`; it must not get it a second time through the link.
    private void failStart(Slot slot, Launch launch, LocalProcess process) {
        if (slots.containsKey(slot.ref.serial())) {
            launch.parent().ifPresent(parent -> parent.removeLink(process.pid));
            ExitReason reason = process.endedFor().orElseGet(ExitReason::killed);
            complete(slot.ref.serial(), new Slot.Failure(reason));
        }
    }

    private void run(LocalProcess process, Behaviour behaviour, Runnable ready) {
        process.started(Thread.currentThread());
        ScopedValue.where(Self.CURRENT, process).run(() -> {
            ExitReason reason = body(process, behaviour, ready);
            process.finished();
            if (!end(process, reason)) {
                leftovers.decrementAndGet();
            }
        });
    }

    private ExitReason body(LocalProcess process, Behaviour behaviour, Runnable ready) {
        try {
            process.check();
            switch (behaviour) {
                case ProcessBody plain -> {
                    ready.run();
                    plain.run();
                }
                case GenServer<?, ?> server -> loop(server, process).run(ready);
                case Supervisor supervisor -> new SupervisorLoop(supervisor, process).run(ready);
                case DynamicSupervisor supervisor -> new DynamicSupervisorLoop(supervisor, process).run(ready);
            }
            return process.told().orElseGet(ExitReason::normal);
        } catch (Throwable thrown) {
            Optional<ExitReason> told = process.told();
            ExitReason reason = told.orElseGet(() -> reasonOf(thrown));
            if (told.isEmpty() && reason.abnormal()) {
                log.error("{} crashed", process, thrown);
            }
            return reason;
        }
    }

    @SuppressWarnings("unchecked")
    private static <M, S> GenServerLoop<M, S> loop(GenServer<M, S> server, LocalProcess process) {
        Class<?> protocol =
                TypeArguments.classOf(server.getClass(), GenServer.class, 0).orElse(Object.class);
        return new GenServerLoop<>(server, (Class<M>) protocol, process);
    }

    static ExitReason reasonOf(Throwable thrown) {
        return thrown instanceof ExitException exit ? exit.reason() : ExitReason.Crash.of(thrown);
    }

    /// A kill: ends the incarnation while the body may still run; `false` when it ends already.
    boolean killed(LocalProcess process) {
        leftovers.incrementAndGet();
        boolean ended = end(process, ExitReason.killed());
        if (!ended) {
            leftovers.decrementAndGet();
        }
        return ended;
    }

    /// Frees what the process holds, closes it, and tells everybody; `false` when that is being done already.
    private boolean end(LocalProcess process, ExitReason reason) {
        Optional<List<Runnable>> endings = process.beginEnd();
        if (endings.isEmpty()) {
            return false;
        }
        endings.get().forEach(ending -> attempt(process, ending));
        LocalProcess.Relations relations = process.end(reason);
        processes.remove(process.pid.serial());
        attempt(process, relations.lastWord());
        relations.links().forEach(link -> attempt(process, () -> exitByLink(process.pid, link, reason)));
        relations.watchers().forEach((ref, watcher) -> attempt(process, () -> tellWatcher(ref, watcher, reason)));
        relations.callers().forEach(ref -> attempt(process, () -> failCall(ref, process, reason)));
        relations.watching().forEach((ref, watch) -> attempt(process, () -> unwatch(ref, watch.found())));
        return true;
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
        Dest resolved = resolve(target).orElse(target);
        if (!self.watch(ref, new LocalProcess.Watch(target, resolved))) {
            return ref;
        }
        switch (resolved) {
            case Pid pid when isOurs(pid) -> watch(ref, self.pid, here(pid), target);
            case Name local -> watch(ref, self.pid, names.get(local), target);
            case Pid pid -> watchThere(ref, self.pid, pid.node(), pid);
            case RemoteName remote -> watchThere(ref, self.pid, remote.node(), remote.name());
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

    private void watchThere(Ref ref, Pid watcher, NodeName node, Address target) {
        if (!distribution.send(node, new RemoteSignal.Monitor(ref, watcher, target), false)) {
            tellWatcher(ref, watcher, new ExitReason.NoConnection(node));
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
        inOrder(processes).forEach(process -> process.lose(peer, reason));
        for (Slot slot : inOrder(slots)) {
            if (slot.remote.filter(peer::equals).isPresent()) {
                complete(slot.ref.serial(), new Slot.Failure(reason));
            }
        }
    }

    private static <T> List<T> inOrder(ConcurrentHashMap<Long, T> table) {
        return table.keySet().stream()
                .sorted()
                .map(table::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /// Whether the process is or was one of a node of this name. Those of former incarnations are nobody: nothing
    /// about them is ever asked of another node.
    private boolean isOurs(Pid pid) {
        return pid.node().equals(name);
    }

    @Nullable
    LocalProcess here(Pid pid) {
        return isHere(pid) ? processes.get(pid.serial()) : null;
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

    private Ref newRef() {
        return new Ref(name, incarnation, serials.incrementAndGet());
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

    private static Payload payload(Object message) {
        return new Payload(message);
    }

    /// Stops what [#start] started, last first, kills what is left, and ends the timers. Waits 30 seconds at
    /// most.
    @Override
    public void close() {
        List<Pid> started;
        synchronized (roots) {
            if (closed) {
                return;
            }
            closed = true;
            started = List.copyOf(roots);
        }
        long deadline = deadline(CLOSE);
        for (Pid root : started) {
            long left = Math.max(0, deadline - host.clock().nanos());
            if (!stop(root, Duration.ofNanos(left))) {
                log.warn("{} did not stop in time and was killed", root);
            }
        }
        inOrder(processes).forEach(LocalProcess::kill);
        host.scheduler().close();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
