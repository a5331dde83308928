package dev.pando.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One process of this node: its thread, mailbox, links and monitors, and its end.
///
/// Two things can be true of its end. `told` is the reason it has been told to exit for; it is sticky, and every
/// wait and every verb of [Self] throws it until the body has unwound. `ended` closes the incarnation: it is set
/// once, under the lock, when the body has returned – or at once by a kill, without waiting for the body – and from
/// then on links, monitors and calls are answered with the reason.
///
/// The lock, which is the process itself, guards the relations only. It is never held while another process's lock
/// is taken or user code runs. What a relation brings is put into the mailbox under the lock that removes the
/// relation: once a link or a monitor has been taken back, nothing of it is still on its way. Calls need no lock:
/// who ends the process fails what it finds in the mailbox, and who has put a call there looks for the end
/// afterwards.
final class LocalProcess implements Runnable, Mailbox.Owner {

    private static final Logger log = LoggerFactory.getLogger(Node.class);

    /// How many at a time are many, and how often it looks away then: about a third of a microsecond.
    private static final int GATHERED = 4;

    private static final int GATHERING = 32;

    final Node node;
    final Pid pid;
    final Behaviour behaviour;
    final Mailbox mailbox = new Mailbox();
    private final @Nullable Room room;
    private final @Nullable Pid parent;
    private final @Nullable String child;
    private final boolean telling;
    private final boolean root;
    private final int restarts;

    private volatile @Nullable ExitReason told;
    private volatile boolean trapping;
    private volatile boolean inKernel;
    private volatile @Nullable Thread thread;
    private @Nullable Request current;
    private @Nullable Cast next;
    private long idleNanos = Alarm.NEVER;
    private @Nullable Alarm alarm;
    private @Nullable Loop loop;
    // How it waits, see Patience: for its mailbox and for answers, in turns with others and beside them.
    private short patience = Patience.AFTER_ONE;
    private short patienceBeside = Patience.FRESH;
    private short callPatience = Patience.FRESH;
    private short callPatienceBeside = Patience.FRESH;
    // Whether it lets messages gather, and how many it had taken when it last found none.
    private short gathering = Patience.FRESH;
    private int takenBefore;

    private volatile @Nullable ExitReason ended;
    private boolean ending;
    // Most processes have one link and no other relations, and there may be a million processes: each of these is
    // made when it is needed.
    private @Nullable Pid onlyLink;
    private @Nullable PidSet links;
    private @Nullable Map<Ref, Pid> watchers;
    private @Nullable Map<Ref, Watch> watching;
    private @Nullable Set<Request> open;
    private @Nullable List<Slot> enders;
    private @Nullable Map<Object, Holding> holdings;
    private @Nullable Slot starter;

    /// A name or a claim.
    ///
    /// @param token of a claim
    /// @param free frees it at the end
    private record Holding(@Nullable Token token, @Nullable Runnable free) {}

    /// A monitor that this process holds: the destination as given, and where that was then.
    record Watch(Dest given, Dest found) {}

    /// Whom the end of a process concerns.
    ///
    /// @param open calls that were left open
    /// @param enders threads that wait for the end
    /// @param starter waits for the beginning, which does not come
    record Relations(
            Set<Pid> links,
            Map<Ref, Pid> watchers,
            Map<Ref, Watch> watching,
            Set<Request> open,
            List<Slot> enders,
            Optional<Slot> starter) {}

    LocalProcess(Node node, Pid pid, Launch launch, @Nullable Slot starter) {
        this.node = node;
        this.pid = pid;
        this.behaviour = launch.behaviour();
        LocalProcess starting = launch.parent();
        this.parent = starting == null ? parentElsewhere(launch) : starting.pid;
        this.restarts = launch.restarts();
        int max = behaviour.mailboxMax();
        this.room = max == Integer.MAX_VALUE ? null : new Room(mailbox, max);
        this.child = launch.child();
        this.telling = launch.telling();
        this.root = launch.root();
        this.starter = starter;
        Self.Held held = launch.held();
        if (held != null) {
            hold(held.key(), held.token(), null);
        }
    }

    private static @Nullable Pid parentElsewhere(Launch launch) {
        Launch.Origin origin = launch.origin();
        return origin != null && origin.linked() ? origin.caller().orElse(null) : null;
    }

    /// The simple name of its behaviour's class; that of a lambda is the class it was written in.
    String kind() {
        return Launch.kind(behaviour);
    }

    /// What it is called in logs and failures.
    String label() {
        return child == null ? kind() : kind() + " '" + child + "'";
    }

    Optional<Pid> parentPid() {
        return Optional.ofNullable(parent);
    }

    /// The parent, if it lives.
    Optional<LocalProcess> parent() {
        return parentPid().map(node::here);
    }

    boolean isRoot() {
        return root;
    }

    /// Whether an exit signal from there is one from its parent.
    boolean isParent(Pid other) {
        return other.equals(parent);
    }

    // ---- the process's own thread

    @Override
    public void run() {
        inKernel = false;
        thread = Thread.currentThread();
        ScopedValue.where(Self.CURRENT, this).run(() -> node.run(this));
    }

    /// It serves: whoever waits for that may go on.
    void ready() {
        Slot waiting;
        synchronized (this) {
            waiting = starter;
            starter = null;
        }
        if (waiting != null) {
            waiting.complete(pid, node.host().scheduler());
        }
        if (telling) {
            parent().ifPresent(waits -> waits.deliver(new Initialized(pid)));
        }
    }

    void trapExits(boolean trap) {
        trapping = trap;
    }

    /// Throws the reason this process has been told to exit for.
    void check() {
        ExitReason reason = told;
        if (reason != null) {
            throw ExitException.told(reason);
        }
    }

    @Nullable
    Loop loop() {
        return loop;
    }

    void loop(Loop begun) {
        loop = begun;
    }

    /// What a server handles next: what it continues with, else the first item of the mailbox, else idleness.
    ///
    /// `null` when there is nothing now: the process has then given its thread up. The caller touches nothing of
    /// the process any more; it may be running on another thread already.
    @Nullable
    Object takeNext() {
        Object item = takeNow();
        if (item != null) {
            return item;
        }
        if (Patience.tries(patience)) {
            gather();
            item = comesBeside() ? takeNow() : null;
            for (int turns = Patience.TURNS; item == null && turns > 0; turns--) {
                node.host().scheduler().giveWay();
                item = takeNow();
            }
        }
        patience = Patience.after(item != null, patience);
        if (item == null) {
            setAlarm(idleNanos);
        }
        while (item == null && !becomeIdle()) {
            node.host().scheduler().giveWay();
            item = takeNow();
        }
        return item;
    }

    /// Looks away for a moment when messages come many at a time: who takes each as it comes slows their sender down,
    /// since each then costs both a journey of the same memory from processor to processor.
    private void gather() {
        int taken = mailbox.takenCount();
        gathering = Patience.after(taken - takenBefore >= GATHERED, gathering);
        takenBefore = taken;
        if (Patience.tries(gathering)) {
            for (int i = 0; i < GATHERING; i++) {
                node.host().scheduler().spin();
            }
        }
    }

    private @Nullable Object takeNow() {
        check();
        Object item = next;
        if (item != null) {
            next = null;
        } else {
            item = mailbox.take();
            if (item != null) {
                madeRoom();
            } else if (isPast(idleNanos)) {
                item = new Idle();
            }
        }
        if (item != null && idleNanos != Alarm.NEVER) {
            endAlarm(idleNanos);
            idleNanos = Alarm.NEVER;
        }
        return item;
    }

    /// Gives the thread up, unless there is something to do after all.
    private boolean becomeIdle() {
        inKernel = true;
        thread = null;
        boolean idle = mailbox.await(this) && !((told != null || isPast(idleNanos)) && mailbox.withdraw(this));
        if (!idle) {
            thread = Thread.currentThread();
            inKernel = false;
        }
        return idle;
    }

    /// Gives an idle server a thread. For whoever has taken its announcement from the mailbox.
    private void resume() {
        node.host().scheduler().start(kind(), this);
    }

    // The stack of a waiting process is kept for as long as it waits: few methods lie between body and park.

    /// Takes the first fitting item, waiting for it.
    Object take(Predicate<Object> fits) {
        return Objects.requireNonNull(takeUntil(fits, Alarm.NEVER));
    }

    /// As `take`, until the deadline; `Alarm.NEVER` waits without one.
    @Nullable
    Object takeUntil(Predicate<Object> fits, long deadlineNanos) {
        check();
        Object item = mailbox.poll(fits);
        if (item != null) {
            madeRoom();
            return item;
        }
        if (Patience.tries(patience)) {
            item = comesBeside() ? mailbox.pollNew(fits) : null;
            for (int turns = Patience.TURNS; item == null && turns > 0; turns--) {
                node.host().scheduler().giveWay();
                check();
                item = mailbox.pollNew(fits);
            }
        }
        patience = Patience.after(item != null, patience);
        setAlarm(deadlineNanos);
        while (item == null && !isPast(deadlineNanos)) {
            if (mailbox.await(Thread.currentThread())) {
                park();
            }
            mailbox.awake();
            check();
            item = mailbox.pollNew(fits);
        }
        endAlarm(deadlineNanos);
        madeRoom();
        return item;
    }

    private boolean isPast(long deadlineNanos) {
        return deadlineNanos != Alarm.NEVER && node.host().clock().nanos() - deadlineNanos >= 0;
    }

    /// Sees to it that parks end at the deadline. To be called before the condition is looked at that decides about
    /// parking: setting an alarm may block, which would use up the permit of a wake-up that has come in between.
    void setAlarm(long deadlineNanos) {
        if (deadlineNanos != Alarm.NEVER) {
            Alarm set = alarm;
            if (set == null) {
                set = new Alarm(this);
                alarm = set;
            }
            set.wakeAt(deadlineNanos);
        }
    }

    void endAlarm(long deadlineNanos) {
        Alarm set = alarm;
        if (set != null && deadlineNanos != Alarm.NEVER) {
            set.letSleep();
        }
    }

    /// Parks in the runtime: an exit wakes this without an interrupt, which costs several times as much.
    void park() {
        inKernel = true;
        if (told == null) {
            node.host().scheduler().park();
        }
        inKernel = false;
        if (told == null) {
            // An interrupt of somebody else's making would turn every later park into a spin.
            Thread.interrupted();
        }
    }

    /// The outcome of a call if it comes while this process lets others run, each at most a few times.
    @Nullable
    Object outcomeInPassing(Slot slot) {
        Object outcome = slot.outcome();
        if (outcome != null) {
            return outcome;
        }
        if (slot.isSoon() || Patience.tries(callPatience)) {
            outcome = outcomeBeside(slot);
            for (int turns = Patience.TURNS; outcome == null && turns > 0; turns--) {
                node.host().scheduler().giveWay();
                check();
                outcome = slot.outcome();
            }
        }
        callPatience = Patience.after(outcome != null, callPatience);
        return outcome;
    }

    /// Looks whether something new comes into the mailbox from a process that runs at the same time.
    private boolean comesBeside() {
        boolean came = false;
        if (Patience.tries(patienceBeside)) {
            for (int looks = node.host().scheduler().looks(); !came && looks > 0; looks--) {
                node.host().scheduler().spin();
                came = mailbox.hasNew();
            }
        }
        patienceBeside = Patience.after(came, patienceBeside);
        return came;
    }

    /// As `comesBeside`, for the outcome of a call.
    private @Nullable Object outcomeBeside(Slot slot) {
        Object outcome = null;
        if (Patience.tries(callPatienceBeside)) {
            for (int looks = node.host().scheduler().looks(); outcome == null && looks > 0; looks--) {
                node.host().scheduler().spin();
                outcome = slot.outcome();
            }
        }
        callPatienceBeside = Patience.after(outcome != null, callPatienceBeside);
        return outcome;
    }

    @Nullable
    Request current() {
        return current;
    }

    void continueWith(Cast message) {
        next = message;
    }

    void idleUntil(long deadlineNanos) {
        idleNanos = deadlineNanos;
    }

    void handling(@Nullable Request request) {
        // The line in memory is read by all who send.
        if (current != request) {
            current = request;
        }
    }

    /// Forgets what the body was told, so that `terminate` can wait again; a kill is thrown once more.
    void unwound() {
        Thread.interrupted();
        ExitReason reason;
        synchronized (this) {
            reason = told;
            if (!(reason instanceof ExitReason.Killed)) {
                told = null;
            }
        }
        if (reason instanceof ExitReason.Killed) {
            throw new ExitException(reason);
        }
    }

    /// The body has returned: what the runtime still does on its thread is not interrupted any more.
    void finished() {
        synchronized (this) {
            thread = null;
        }
        Thread.interrupted();
        cancelAlarm();
    }

    private void cancelAlarm() {
        Alarm set = alarm;
        if (set != null) {
            set.cancel();
        }
    }

    /// The message it is handling, or has handled last; empty for a plain process, which does not say.
    Optional<Object> lastMessage() {
        return mailbox.taken().map(item -> item instanceof Request request ? request.message() : item);
    }

    ProcessInfo info(Optional<Name> name) {
        int links;
        int watched;
        synchronized (this) {
            links = links().size();
            watched = watchers == null ? 0 : watchers.size();
        }
        return new ProcessInfo(
                pid, label(), name, parentPid(), mailbox.length(), mailbox.takenCount(), restarts, links, watched);
    }

    Optional<ExitReason> told() {
        return Optional.ofNullable(told);
    }

    // ---- any thread

    /// Puts what the runtime has to say, or a message for which there is room; tells whether the process waited.
    boolean deliver(Object item) {
        return mailbox.put(item, this);
    }

    @Override
    public void wake(Object sleeper) {
        if (sleeper instanceof Thread parked) {
            node.host().scheduler().unpark(parked);
        } else {
            resume();
        }
    }

    @Override
    public void grown(int length) {
        log.warn("{} has {} messages waiting; is it slower than its senders?", this, length);
    }

    /// Waits for room for a message of the calling thread, if the mailbox is bounded; `false` when there is none until
    /// the deadline.
    boolean awaitRoom(long deadlineNanos) {
        return room == null || room.await(this, deadlineNanos);
    }

    boolean isFull() {
        return room != null && room.isFull();
    }

    /// How many senders of this node wait for room.
    int waitingSenders() {
        return room == null ? 0 : room.waiting();
    }

    boolean isBounded() {
        return room != null;
    }

    ExitReason overloaded() {
        return new ExitReason.Overloaded(toString(), behaviour.mailboxMax());
    }

    private void madeRoom() {
        if (room != null) {
            room.tookOne(node);
        }
    }

    /// An exit signal that is not a kill.
    void exitSignal(Pid from, ExitReason reason) {
        if (trapping) {
            deliver(new Exit(from, reason));
        } else if (isFatal(from, reason)) {
            tell(reason);
        }
    }

    private boolean isFatal(Pid from, ExitReason reason) {
        return !(reason instanceof ExitReason.Normal) || from.equals(pid);
    }

    /// Makes the process unwind with this reason, from wherever it is.
    void tell(ExitReason reason) {
        synchronized (this) {
            if (told == null) {
                told = reason;
                wake();
            }
        }
    }

    /// Ends the incarnation now; the body is told too, and may take its time.
    ///
    /// The end begins in the moment in which the body is told: otherwise the body might begin it, and the
    /// caller find names and claims still held.
    void kill() {
        node.leaves();
        Optional<List<Runnable>> endings;
        synchronized (this) {
            endings = beginEnd();
            told = ExitReason.killed();
        }
        boolean idle = mailbox.withdraw(this);
        if (idle) {
            // Nothing of it runs, and now nothing ever will.
            cancelAlarm();
        }
        if (idle || endings.isEmpty()) {
            node.leavesNothing();
        }
        endings.ifPresent(free -> node.end(this, free, ExitReason.killed()));
        if (!idle && endings.isPresent()) {
            synchronized (this) {
                wake();
            }
        }
    }

    private void wake() {
        Thread running = thread;
        rouse();
        if (running != null && !inKernel) {
            node.host().scheduler().interrupt(running);
        }
    }

    /// Makes it look at what it waits for once more.
    void rouse() {
        Thread running = thread;
        if (mailbox.withdraw(this)) {
            resume();
        } else if (running != null) {
            node.host().scheduler().unpark(running);
        }
    }

    /// Whether it takes raw messages only, and no calls.
    boolean isPlain() {
        return behaviour instanceof ProcessBody;
    }

    boolean isEnded() {
        return ended != null;
    }

    Optional<ExitReason> endedFor() {
        return Optional.ofNullable(ended);
    }

    /// Begins the end and hands over what frees its names and claims; empty when it has begun. Whoever comes before
    /// [#end] still becomes a relation, and so is told after all that is free.
    synchronized Optional<List<Runnable>> beginEnd() {
        if (ending) {
            return Optional.empty();
        }
        ending = true;
        if (holdings == null) {
            return Optional.of(List.of());
        }
        List<Runnable> endings = new ArrayList<>();
        for (Holding holding : holdings.values()) {
            Runnable free = holding.free();
            if (free != null) {
                endings.add(free);
            }
        }
        return Optional.of(endings);
    }

    /// Closes the incarnation and hands its relations over, which nobody changes any more.
    Relations end(ExitReason reason) {
        Relations last;
        synchronized (this) {
            ended = reason;
            last = relations();
        }
        if (room != null) {
            room.open(node);
        }
        return last;
    }

    /// A copy of its relations as they are now.
    synchronized Relations relations() {
        return new Relations(
                links(),
                watchers == null ? Map.of() : new LinkedHashMap<>(watchers),
                watching == null ? Map.of() : new LinkedHashMap<>(watching),
                open == null ? Set.of() : new LinkedHashSet<>(open),
                enders == null ? List.of() : List.copyOf(enders),
                Optional.ofNullable(starter));
    }

    private Set<Pid> links() {
        if (onlyLink != null) {
            return new LinkedHashSet<>(List.of(onlyLink));
        }
        return links == null ? Set.of() : links.copy();
    }

    synchronized boolean addLink(Pid other) {
        if (ended != null) {
            return false;
        }
        if (links != null) {
            links.add(other);
        } else if (onlyLink == null || onlyLink.equals(other)) {
            onlyLink = other;
        } else {
            links = new PidSet();
            links.add(onlyLink);
            links.add(other);
            onlyLink = null;
        }
        return true;
    }

    synchronized boolean removeLink(Pid other) {
        if (ended != null) {
            return false;
        }
        if (other.equals(onlyLink)) {
            onlyLink = null;
            return true;
        }
        return links != null && links.remove(other);
    }

    /// Whether it lives, and has no such link.
    synchronized boolean lacksLink(Pid other) {
        return ended == null && !other.equals(onlyLink) && (links == null || !links.contains(other));
    }

    /// The exit signal of a link; ignored when the link is gone.
    synchronized void exitByLink(Pid from, ExitReason reason) {
        if (removeLink(from)) {
            exitSignal(from, reason);
        }
    }

    /// As [#exitByLink], for whoever can end this process in passing: `true` when it is idle, so that no thread of
    /// its own is needed for that, and holds nothing whose release might take time. The caller then ends it.
    synchronized boolean isEndedByLink(Pid from, ExitReason reason) {
        if (!removeLink(from)) {
            return false;
        }
        boolean ends = !trapping && isFatal(from, reason) && told == null && holdings == null;
        if (ends && mailbox.withdraw(this)) {
            told = reason;
            cancelAlarm();
            return true;
        }
        exitSignal(from, reason);
        return false;
    }

    synchronized boolean addWatcher(Ref ref, Pid watcher) {
        if (ended != null) {
            return false;
        }
        if (watchers == null) {
            watchers = new LinkedHashMap<>(4);
        }
        watchers.put(ref, watcher);
        return true;
    }

    synchronized void removeWatcher(Ref ref) {
        if (ended == null && watchers != null) {
            watchers.remove(ref);
        }
    }

    /// Notes a call that is left open; `false` when the process has ended.
    synchronized boolean addOpen(Request request) {
        if (ended != null) {
            return false;
        }
        if (open == null) {
            open = new LinkedHashSet<>(4);
        }
        open.add(request);
        return true;
    }

    /// Whether calls are open that it is to answer later.
    synchronized boolean hasOpen() {
        return open != null && !open.isEmpty();
    }

    synchronized void removeOpen(Request request) {
        if (ended == null && open != null) {
            open.remove(request);
        }
    }

    /// Has a slot completed at the end; `false` when the process has ended.
    synchronized boolean addEnder(Slot slot) {
        if (ended != null) {
            return false;
        }
        if (enders == null) {
            enders = new ArrayList<>(1);
        }
        enders.add(slot);
        return true;
    }

    /// Adds a name or, with a token, a claim, and what frees it at the end, before anybody is told; `false` when the
    /// end has begun.
    synchronized boolean hold(Object key, @Nullable Token token, @Nullable Runnable free) {
        if (!ending) {
            if (holdings == null) {
                holdings = new LinkedHashMap<>(4);
            }
            holdings.put(key, new Holding(token, free));
        }
        return !ending;
    }

    /// How many names and claims it holds.
    synchronized int claims() {
        return holdings == null
                ? 0
                : Math.toIntExact(holdings.values().stream()
                        .filter(holding -> holding.free() != null)
                        .count());
    }

    /// A copy of the keys it claims, in the order of their claims.
    synchronized List<Object> heldKeys() {
        return holdings == null
                ? List.of()
                : holdings.entrySet().stream()
                        .filter(one -> one.getValue().token() != null)
                        .map(Map.Entry::getKey)
                        .toList();
    }

    /// Forgets a claim that was given up.
    synchronized void revoke(Object key, Token token) {
        if (holdings != null && token.equals(tokenOf(key))) {
            holdings.remove(key);
        }
    }

    synchronized Token token(Object key) {
        Token token = tokenOf(key);
        if (token == null) {
            throw new NoSuchElementException(pid + " does not hold the key " + key);
        }
        return token;
    }

    private @Nullable Token tokenOf(Object key) {
        Holding holding = holdings == null ? null : holdings.get(key);
        return holding == null ? null : holding.token();
    }

    synchronized boolean watch(Ref ref, Watch watch) {
        if (ended != null) {
            return false;
        }
        if (watching == null) {
            watching = new LinkedHashMap<>(4);
        }
        watching.put(ref, watch);
        return true;
    }

    synchronized boolean isWatching(Ref ref) {
        return ended == null && watching != null && watching.containsKey(ref);
    }

    /// Takes a monitor of this process back and says where its target was; empty when it has fired or was taken
    /// back.
    synchronized Optional<Dest> unwatch(Ref ref) {
        return Optional.ofNullable(removeWatch(ref)).map(Watch::found);
    }

    private @Nullable Watch removeWatch(Ref ref) {
        return ended == null && watching != null ? watching.remove(ref) : null;
    }

    /// The end of a watched process; ignored when the monitor is gone.
    synchronized void down(Ref ref, ExitReason reason) {
        Watch watch = removeWatch(ref);
        if (watch != null) {
            deliver(new Down(ref, watch.given(), reason));
        }
    }

    /// Cuts all relations with a node, and tells this process of its own.
    synchronized void lose(NodeName lost, ExitReason reason) {
        if (ended != null) {
            return;
        }
        if (watchers != null) {
            watchers.values().removeIf(watcher -> watcher.node().equals(lost));
        }
        Relations all = relations();
        all.links().stream().filter(link -> link.node().equals(lost)).forEach(link -> exitByLink(link, reason));
        all.watching().forEach((ref, watch) -> {
            if (isOn(watch.found(), lost)) {
                down(ref, reason);
            }
        });
    }

    private static boolean isOn(Dest target, NodeName node) {
        return switch (target) {
            case Pid other -> other.node().equals(node);
            case RemoteName name -> name.node().equals(node);
            case Name _, Via _ -> false;
        };
    }

    @Override
    public String toString() {
        return pid + " (" + label() + ")";
    }
}
