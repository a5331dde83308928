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

    private final Object lock = new Object();
    private @Nullable ExitReason ended;
    private final Set<Pid> links = new LinkedHashSet<>();
    private final Map<Ref, Pid> watchers = new LinkedHashMap<>();
    private final Map<Ref, Dest> watching = new LinkedHashMap<>();
    private final Set<Ref> callers = new LinkedHashSet<>();
    private final List<Runnable> endings = new ArrayList<>();

    /// What has to be done when a process ends: first its endings, then its relations are told.
    record Relations(List<Runnable> endings, Set<Pid> links, Map<Ref, Pid> watchers, Set<Ref> callers) {}

    /// What one process loses with a session.
    record Lost(List<Pid> links, Map<Ref, Dest> monitors) {}

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
        while (true) {
            check();
            Object item = mailbox.poll(fits);
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

    void handling(@Nullable Request request) {
        current = request;
    }

    /// Forgets what the body was told, so that `terminate` can wait again.
    void unwound() {
        Thread.interrupted();
        if (!isEnded()) {
            told.set(null);
        }
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
        node.ended(this);
        wake();
    }

    private void wake() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        node.host().scheduler().unpark(running);
        if (!inKernel) {
            node.host().scheduler().interrupt(running);
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

    boolean isEnded() {
        synchronized (lock) {
            return ended != null;
        }
    }

    /// Closes the incarnation and hands its relations over, which nobody changes any more; empty when that has
    /// been done.
    Optional<Relations> end(ExitReason reason) {
        synchronized (lock) {
            if (ended != null) {
                return Optional.empty();
            }
            ended = reason;
            return Optional.of(new Relations(endings, links, watchers, callers));
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

    /// Adds what runs at the end, before anybody is told; `false` when the end has come.
    boolean atEnd(Runnable ending) {
        synchronized (lock) {
            if (ended == null) {
                endings.add(ending);
            }
            return ended == null;
        }
    }

    void watch(Ref ref, Dest target) {
        synchronized (lock) {
            watching.put(ref, target);
        }
    }

    /// Ends a monitor held by this process; empty when it has fired or was ended.
    Optional<Dest> unwatch(Ref ref) {
        synchronized (lock) {
            return Optional.ofNullable(watching.remove(ref));
        }
    }

    /// Cuts all relations with a node and returns those that this process has to be told about.
    Lost lose(NodeName lost) {
        synchronized (lock) {
            if (ended != null) {
                return new Lost(List.of(), new LinkedHashMap<>());
            }
            List<Pid> lostLinks =
                    links.stream().filter(link -> link.node().equals(lost)).toList();
            lostLinks.forEach(links::remove);
            watchers.values().removeIf(watcher -> watcher.node().equals(lost));
            Map<Ref, Dest> monitors = new LinkedHashMap<>();
            for (Map.Entry<Ref, Dest> entry : new ArrayList<>(watching.entrySet())) {
                if (isOn(entry.getValue(), lost)) {
                    monitors.put(entry.getKey(), entry.getValue());
                    watching.remove(entry.getKey());
                }
            }
            return new Lost(lostLinks, monitors);
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
