package dev.pando.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One process of this node: its thread, mailbox, links and monitors, and its end.
///
/// Two things can be true of its end. `told` is the reason it has been told to exit for; it is sticky, and every
/// wait and
/// every verb of [Self] throws it until the body has unwound. `ended` closes the incarnation: it is set once,
/// under the lock, when the body has returned – or at once by a kill, without waiting for the body – and from
/// then on links, monitors and calls are answered with the reason.
///
/// The lock guards the relations only. It is never held while another process's lock is taken or user code runs.
/// What a relation brings is put into the mailbox under the lock that removes the relation: once a link or a
/// monitor has been taken back, nothing of it is still on its way.
final class LocalProcess {

    final Node node;
    final Pid pid;
    final Optional<Pid> parent;
    final String label;
    private final boolean plain;
    final Mailbox mailbox = new Mailbox();
    final Map<Object, Token> tokens = new ConcurrentHashMap<>();

    private final AtomicReference<@Nullable ExitReason> told = new AtomicReference<>();
    private volatile boolean trapping;
    private volatile boolean inKernel;
    private volatile @Nullable Thread thread;
    private @Nullable Request current;
    private @Nullable Cast next;
    private long idleNanos = Long.MAX_VALUE;

    private final Object lock = new Object();
    private @Nullable ExitReason ended;
    private final Set<Pid> links = new LinkedHashSet<>();
    private final Map<Ref, Pid> watchers = new LinkedHashMap<>();
    private final Map<Ref, Watch> watching = new LinkedHashMap<>();
    private final Set<Ref> callers = new LinkedHashSet<>();
    private final Map<Object, Runnable> endings = new LinkedHashMap<>();
    private boolean ending;
    private Runnable lastWord = () -> {};

    /// A monitor that this process holds: the destination as given, and where that was then.
    record Watch(Dest given, Dest found) {}

    /// Whom the end of a process concerns.
    record Relations(
            Runnable lastWord, Set<Pid> links, Map<Ref, Pid> watchers, Set<Ref> callers, Map<Ref, Watch> watching) {}

    LocalProcess(Node node, Pid pid, Optional<Pid> parent, String label, boolean plain) {
        this.node = node;
        this.pid = pid;
        this.parent = parent;
        this.label = label;
        this.plain = plain;
    }

    // ---- the process's own thread

    void started(Thread thread) {
        this.thread = thread;
    }

    void trapExits(boolean trap) {
        trapping = trap;
    }

    /// Throws the reason this process has been told to exit for.
    void check() {
        ExitReason reason = told.get();
        if (reason != null) {
            throw new ExitException(reason);
        }
    }

    /// Takes the first fitting item, waiting for it.
    Object take(Predicate<Object> fits) {
        while (true) {
            Object item = takeUntil(fits, Long.MAX_VALUE);
            if (item != null) {
                return item;
            }
        }
    }

    /// As `take`, until the deadline; `Long.MAX_VALUE` waits without one.
    @Nullable
    Object takeUntil(Predicate<Object> fits, long deadlineNanos) {
        check();
        Object item = mailbox.poll(fits);
        while (true) {
            if (item != null) {
                return item;
            }
            if (deadlineNanos != Long.MAX_VALUE && node.host().clock().nanos() - deadlineNanos >= 0) {
                return null;
            }
            Thread self = Thread.currentThread();
            mailbox.await(self);
            if (!mailbox.hasNew()) {
                park(deadlineNanos);
            }
            mailbox.awake();
            check();
            item = mailbox.pollNew(fits);
        }
    }

    /// Parks in the runtime: an exit wakes this without an interrupt.
    void park(long deadlineNanos) {
        inKernel = true;
        try {
            if (told.get() == null) {
                node.parkUntil(deadlineNanos);
            }
        } finally {
            inKernel = false;
        }
        if (told.get() == null) {
            // An interrupt of somebody else's making would turn every later park into a spin.
            Thread.interrupted();
        }
    }

    Optional<Request> current() {
        return Optional.ofNullable(current);
    }

    void continueWith(Cast message) {
        next = message;
    }

    void idleUntil(long deadlineNanos) {
        idleNanos = deadlineNanos;
    }

    /// What a server handles next: what it continues with, else the first item of the mailbox, else idleness.
    Object takeNext() {
        long deadline = idleNanos;
        idleNanos = Long.MAX_VALUE;
        Cast continuation = next;
        if (continuation != null) {
            check();
            next = null;
            return continuation;
        }
        Object item = takeUntil(_ -> true, deadline);
        return item == null ? new Idle() : item;
    }

    void handling(@Nullable Request request) {
        current = request;
    }

    /// Forgets what the body was told, so that `terminate` can wait again; a kill is thrown once more.
    void unwound() {
        Thread.interrupted();
        ExitReason kill = told.updateAndGet(reason -> reason instanceof ExitReason.Killed ? reason : null);
        if (kill != null) {
            throw new ExitException(kill);
        }
    }

    /// The body has returned: what the runtime still does on its thread is not interrupted any more.
    void finished() {
        synchronized (lock) {
            thread = null;
        }
        Thread.interrupted();
    }

    Optional<ExitReason> told() {
        return Optional.ofNullable(told.get());
    }

    // ---- any thread

    void deliver(Object item) {
        Thread waiting = mailbox.put(item);
        if (waiting != null) {
            node.host().scheduler().unpark(waiting);
        }
    }

    /// An exit signal that is not a kill.
    void exitSignal(Pid from, ExitReason reason) {
        if (trapping) {
            deliver(new Exit(from, reason));
        } else if (!(reason instanceof ExitReason.Normal) || from.equals(pid)) {
            tell(reason);
        }
    }

    /// Makes the process unwind with this reason, from wherever it is.
    void tell(ExitReason reason) {
        if (told.compareAndSet(null, reason)) {
            wake();
        }
    }

    /// Ends the incarnation now; the body is told too, and may take its time.
    void kill() {
        told.set(ExitReason.killed());
        if (node.killed(this)) {
            wake();
        }
    }

    private void wake() {
        synchronized (lock) {
            Thread running = thread;
            if (running == null) {
                return;
            }
            node.host().scheduler().unpark(running);
            if (!inKernel) {
                node.host().scheduler().interrupt(running);
            }
        }
    }

    /// Whether it takes raw messages only, and no calls.
    boolean isPlain() {
        return plain;
    }

    Optional<ExitReason> endedFor() {
        synchronized (lock) {
            return Optional.ofNullable(ended);
        }
    }

    /// Begins the end and hands over what frees its names and claims; empty when it has begun. Whoever comes before
    /// [#end] still becomes a relation, and so is told after all that is free.
    Optional<List<Runnable>> beginEnd() {
        synchronized (lock) {
            if (ending) {
                return Optional.empty();
            }
            ending = true;
            return Optional.of(new ArrayList<>(endings.values()));
        }
    }

    /// Closes the incarnation and hands its relations over, which nobody changes any more.
    Relations end(ExitReason reason) {
        synchronized (lock) {
            ended = reason;
            return new Relations(lastWord, links, watchers, callers, watching);
        }
    }

    /// A copy of its relations as they are now.
    Relations relations() {
        synchronized (lock) {
            return new Relations(
                    lastWord,
                    new LinkedHashSet<>(links),
                    new LinkedHashMap<>(watchers),
                    new LinkedHashSet<>(callers),
                    new LinkedHashMap<>(watching));
        }
    }

    boolean addLink(Pid other) {
        synchronized (lock) {
            if (ended == null) {
                links.add(other);
            }
            return ended == null;
        }
    }

    boolean removeLink(Pid other) {
        synchronized (lock) {
            return ended == null && links.remove(other);
        }
    }

    /// The exit signal of a link; ignored when the link is gone.
    void exitByLink(Pid from, ExitReason reason) {
        synchronized (lock) {
            if (ended == null && links.remove(from)) {
                exitSignal(from, reason);
            }
        }
    }

    boolean addWatcher(Ref ref, Pid watcher) {
        synchronized (lock) {
            if (ended == null) {
                watchers.put(ref, watcher);
            }
            return ended == null;
        }
    }

    void removeWatcher(Ref ref) {
        synchronized (lock) {
            if (ended == null) {
                watchers.remove(ref);
            }
        }
    }

    boolean addCaller(Ref ref) {
        synchronized (lock) {
            if (ended == null) {
                callers.add(ref);
            }
            return ended == null;
        }
    }

    void removeCaller(Ref ref) {
        synchronized (lock) {
            if (ended == null) {
                callers.remove(ref);
            }
        }
    }

    /// Adds what becomes of a name or a claim at the end, before anybody is told; `false` when the end has begun.
    boolean atEnd(Object of, Runnable free) {
        synchronized (lock) {
            if (!ending) {
                endings.put(of, free);
            }
            return !ending;
        }
    }

    /// How many names and claims it holds.
    int claims() {
        synchronized (lock) {
            return endings.size();
        }
    }

    /// Forgets a claim that was given up.
    void revoke(Object key, Token token) {
        tokens.remove(key, token);
        synchronized (lock) {
            endings.remove(token);
        }
    }

    /// Sets what runs once the incarnation is closed, before its relations are told.
    void lastWord(Runnable word) {
        synchronized (lock) {
            lastWord = word;
        }
    }

    boolean watch(Ref ref, Watch watch) {
        synchronized (lock) {
            if (ended == null) {
                watching.put(ref, watch);
            }
            return ended == null;
        }
    }

    /// Takes a monitor of this process back and says where its target was; empty when it has fired or was taken
    /// back.
    Optional<Dest> unwatch(Ref ref) {
        synchronized (lock) {
            return ended == null ? Optional.ofNullable(watching.remove(ref)).map(Watch::found) : Optional.empty();
        }
    }

    /// The end of a watched process; ignored when the monitor is gone.
    void down(Ref ref, ExitReason reason) {
        synchronized (lock) {
            Watch watch = ended == null ? watching.remove(ref) : null;
            if (watch != null) {
                deliver(new Down(ref, watch.given(), reason));
            }
        }
    }

    /// Cuts all relations with a node, and tells this process of its own.
    void lose(NodeName lost, ExitReason reason) {
        synchronized (lock) {
            if (ended != null) {
                return;
            }
            watchers.values().removeIf(watcher -> watcher.node().equals(lost));
            List<Pid> lostLinks =
                    links.stream().filter(link -> link.node().equals(lost)).toList();
            lostLinks.forEach(link -> exitByLink(link, reason));
            List<Ref> lostMonitors = watching.entrySet().stream()
                    .filter(entry -> isOn(entry.getValue().found(), lost))
                    .map(Map.Entry::getKey)
                    .toList();
            lostMonitors.forEach(ref -> down(ref, reason));
        }
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
        return pid + " (" + label + ")";
    }
}
