package dev.pando.core;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The process I am in. Every method throws [IllegalStateException] outside a process, and [ExitException] in a
/// process that has been told to exit.
public final class Self {

    static final ScopedValue<LocalProcess> CURRENT = ScopedValue.newInstance();

    public static Pid pid() {
        return process().pid;
    }

    public static Node node() {
        return process().node;
    }

    /// Takes the first message or signal of the type, waiting as long as it takes. Others stay in the mailbox, in
    /// order.
    public static <T> T receive(Class<T> type) {
        return type.cast(process().take(item -> isMessage(item) && type.isInstance(item)));
    }

    /// As [#receive(Class)]; empty when none has come in time.
    public static <T> Optional<T> receive(Class<T> type, Duration timeout) {
        return receive(type, _ -> true, timeout);
    }

    /// Takes the first message of the type that fits.
    public static <T> Optional<T> receive(Class<T> type, Predicate<? super T> fits, Duration timeout) {
        LocalProcess self = process();
        Object item = self.takeUntil(
                found -> isMessage(found) && type.isInstance(found) && fits.test(type.cast(found)),
                self.node.deadline(timeout));
        return Optional.ofNullable(type.cast(item));
    }

    /// What the runtime puts into the mailbox of a server for itself is not received, whatever the type asked
    /// for.
    private static boolean isMessage(Object item) {
        return !(item instanceof Request) && !(item instanceof StopRequest);
    }

    /// Waits without receiving anything.
    public static void sleep(Duration time) {
        process().takeUntil(_ -> false, node().deadline(time));
    }

    /// As [Node#send].
    public static void send(Dest to, Object message) {
        process().node.send(to, message);
    }

    /// As [Node#cast].
    public static void cast(Dest to, Cast message) {
        process().node.cast(to, message);
    }

    /// As [Node#call(Dest, Call)].
    public static <R> R call(Dest to, Call<R> request) {
        return call(to, request, Node.CALL);
    }

    /// As [Node#call(Dest, Call, Duration)].
    public static <R> R call(Dest to, Call<R> request, Duration timeout) {
        LocalProcess self = process();
        return self.node.calls().call(self, to, request, timeout, null);
    }

    /// Puts a message into this process's own mailbox later.
    public static Timer sendAfter(Duration delay, Object message) {
        LocalProcess self = process();
        var timer = self.node.host().scheduler().at(self.node.deadline(delay), () -> self.deliver(message));
        return timer::cancel;
    }

    /// Sends a message later, as [Node#send] does, to whoever the destination means then; nothing happens when
    /// nobody is there. Goes on when this process has ended.
    public static Timer sendAfter(Duration delay, Dest to, Object message) {
        return process().node.sendAfter(delay, to, message);
    }

    /// Puts a message into this process's own mailbox again and again, first after one interval, until the timer is
    /// cancelled or the process ends. Intervals that the process or the machine has slept through are left out.
    ///
    /// @throws IllegalArgumentException when the interval is not above zero
    public static Timer sendEvery(Duration interval, Object message) {
        LocalProcess self = process();
        return new Interval(self, interval, message).start();
    }

    /// Has a message of the server's own protocol handled next, before anything that waits in the mailbox: for
    /// work that shall follow `init`, or another callback, without holding up whoever waits for that. The last
    /// one given counts.
    public static void continueWith(Cast message) {
        process().continueWith(message);
    }

    /// Has a server told [Idle] when nothing comes for so long after the callback at hand; any message cancels
    /// it.
    public static void idleAfter(Duration time) {
        LocalProcess self = process();
        self.idleUntil(self.node.deadline(time));
    }

    /// As [Node#multiCall].
    public static <R> MultiReply<R> multiCall(Collection<? extends Dest> to, Call<R> request, Duration timeout) {
        LocalProcess self = process();
        return self.node.calls().multiCall(self, to, request, timeout);
    }

    /// A message that is on its way by [#sendAfter] or [#sendEvery].
    @FunctionalInterface
    public interface Timer {
        /// Withdraws it; `false` when it has been put already.
        boolean cancel();
    }

    /// Starts a plain process.
    public static Pid spawn(ProcessBody body) {
        return process().node.spawn(body);
    }

    /// Starts a plain process, linked before it runs.
    public static Pid spawnLink(ProcessBody body) {
        LocalProcess self = process();
        return self.node.launch(Launch.child(self, body));
    }

    /// Starts a plain process that this one monitors before it runs.
    public static Monitored spawnMonitor(ProcessBody body) {
        LocalProcess self = process();
        return self.node.spawnMonitor(self, body);
    }

    /// As [Node#spawn(NodeName, Behaviour)].
    public static Pid spawn(NodeName on, Behaviour behaviour) {
        return process().node.spawn(on, behaviour);
    }

    /// Starts a behaviour on a node, this one or another, linked and with this process for its parent before it
    /// runs, and waits until it is initialised, 5 seconds at most.
    ///
    /// @throws ExitException as [Node#spawn(NodeName, Behaviour)]; there is no link then
    /// @throws dev.pando.core.wire.WireException when the behaviour cannot travel and has to
    public static Pid spawnLink(NodeName on, Behaviour behaviour) {
        return spawnLink(on, behaviour, Node.CALL);
    }

    /// As [#spawnLink(NodeName, Behaviour)], waiting as long as given.
    public static Pid spawnLink(NodeName on, Behaviour behaviour, Duration timeout) {
        LocalProcess self = process();
        return self.node.starts().spawnLink(self, on, behaviour, timeout);
    }

    /// As [#spawnLink(NodeName, Behaviour)], with a monitor instead of the link.
    public static Monitored spawnMonitor(NodeName on, Behaviour behaviour) {
        return spawnMonitor(on, behaviour, Node.CALL);
    }

    /// As [#spawnMonitor(NodeName, Behaviour)], waiting as long as given.
    public static Monitored spawnMonitor(NodeName on, Behaviour behaviour, Duration timeout) {
        LocalProcess self = process();
        return self.node.starts().spawnMonitor(self, on, behaviour, timeout);
    }

    /// Starts a behaviour that is linked and has this process for its parent, and waits until it is initialised.
    ///
    /// @throws ExitException with the reason when its initialisation fails; the link is gone then
    public static Pid startLink(Behaviour behaviour) {
        return startLink(behaviour, Optional.empty());
    }

    /// As [#startLink(Behaviour)], under a name.
    ///
    /// @throws IllegalStateException when the name is taken
    public static Pid startLink(Behaviour behaviour, Optional<Name> name) {
        LocalProcess self = process();
        return self.node.startAndWait(Launch.child(self, behaviour).name(name.orElse(null)));
    }

    /// Starts a behaviour as [#startLink(Behaviour)] without waiting: [Initialized] follows when it serves, or
    /// the exit signal of the link when it fails.
    public static Pid launch(Behaviour behaviour) {
        return launch(behaviour, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// As [#launch(Behaviour)], under a name, and with a key it already holds.
    ///
    /// @param inheritance what there is of a process that has been there before it; only for a server that
    ///     implements [Handoff]
    public static Pid launch(
            Behaviour behaviour, Optional<Name> name, Optional<Held> held, Optional<Inheritance> inheritance) {
        LocalProcess self = process();
        return self.node.launch(Launch.child(self, behaviour)
                .name(name.orElse(null))
                .held(held.orElse(null))
                .inheritance(
                        inheritance.filter(_ -> behaviour instanceof Handoff).orElse(null))
                .andTell());
    }

    /// A key and the token under which a process holds it.
    public record Held(Object key, Token token) {}

    /// Links this process and another: when one ends, the other is sent its reason. Idempotent.
    public static void link(Pid other) {
        LocalProcess self = process();
        self.node.link(self, other);
    }

    /// Removes the link. No exit signal of it arrives after this returns; an [Exit] may already lie in the
    /// mailbox.
    public static void unlink(Pid other) {
        LocalProcess self = process();
        self.node.unlink(self, other);
    }

    /// Asks for one [Down] when the process ends; at once when there is none. Each call is a monitor of its own.
    public static Ref monitor(Dest target) {
        LocalProcess self = process();
        return self.node.monitor(self, target);
    }

    /// Ends a monitor and removes its [Down] should it lie in the mailbox.
    public static void demonitor(Ref ref) {
        LocalProcess self = process();
        self.node.demonitor(self, ref);
        self.mailbox.poll(item -> item instanceof Down down && down.ref().equals(ref));
    }

    /// When on, exit signals of linked processes arrive as [Exit] instead of ending this process.
    public static void trapExits(boolean trap) {
        process().trapExits(trap);
    }

    /// Ends this process.
    public static ExitException exit(ExitReason reason) {
        process();
        throw new ExitException(reason);
    }

    /// Sends an exit signal. [ExitReason.Killed] cannot be trapped.
    public static void exit(Pid target, ExitReason reason) {
        LocalProcess self = process();
        self.node.exit(self.pid, target, reason);
        self.check();
    }

    /// Lets a long computation end when the process has been told to.
    public static void checkpoint() {
        process();
    }

    /// Whether the calling thread runs a process at all.
    public static boolean inProcess() {
        return CURRENT.isBound();
    }

    /// Claims a key for this process.
    public static Registration register(Registry registry, Object key, Object value) {
        return registry.register(key, pid(), value);
    }

    /// The return address of the call that is being handled.
    ///
    /// @throws IllegalStateException when `request` is not that call
    @SuppressWarnings("ReferenceEquality") // an equal request may be waiting behind this one
    public static <R> From<R> from(Call<R> request) {
        LocalProcess self = process();
        Request current = self.current();
        if (current == null || current.message() != request) {
            throw new IllegalStateException("not the call being handled: "
                    + request.getClass().getName() + "; use Self.from inside handle, on its own message");
        }
        return self.node.calls().from(self, current);
    }

    /// What names the request that is being handled, however often it is sent: an idempotency key for its effects
    /// elsewhere. Empty when it was sent by [#call] or [#cast].
    public static Optional<Ref> requestId() {
        Request current = process().current();
        return current == null ? Optional.empty() : Optional.ofNullable(current.id());
    }

    /// The token under which this process, a supervised child, holds its own id; grows with each new claim of it.
    ///
    /// @throws java.util.NoSuchElementException when it was started without one, or the id is another
    public static Token token(Object id) {
        return process().token(id);
    }

    /// The token under which this process holds a key of a registry; grows with each new claim of the key.
    ///
    /// @throws java.util.NoSuchElementException when it does not hold the key
    public static Token token(Registry registry, Object key) {
        return token(new Via(registry, key));
    }

    /// A resource of the node.
    ///
    /// @throws IllegalStateException when there is none, or more than one of the type
    public static <T> T resource(Class<T> type) {
        return process().node.resources().get(type);
    }

    static @Nullable LocalProcess orNull() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    private static LocalProcess process() {
        LocalProcess self = orNull();
        if (self == null) {
            throw new IllegalStateException("not inside a process; use the methods of Node here");
        }
        self.check();
        return self;
    }

    private Self() {}
}
