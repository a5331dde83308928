package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.Pid;
import dev.pando.horde.SupervisorProtocol.Ensured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Children that callers on this node wait for. Confined to the server's process.
///
/// Each has a target: the server that was asked last to run it, or to say who does. When that one is lost, or has not
/// answered for a while, somebody is to be asked again.
final class Asks {

    private final Map<String, Ask> byId = new LinkedHashMap<>();

    /// A child, and who waits for it.
    static final class Ask {
        private final ChildSpec spec;
        private final List<From<Ensured>> callers = new ArrayList<>();
        private Optional<Pid> target = Optional.empty();
        private long deadlineNanos;
        private boolean ticked;

        private Ask(ChildSpec spec, long deadlineNanos) {
            this.spec = spec;
            this.deadlineNanos = deadlineNanos;
        }

        private void add(From<Ensured> caller, long deadline) {
            callers.add(caller);
            if (deadline - deadlineNanos > 0) {
                deadlineNanos = deadline;
            }
        }

        private boolean isOverdue() {
            boolean before = ticked;
            ticked = true;
            return before;
        }

        /// One caller at most is told that it has started the child.
        void answer(Pid pid, boolean started) {
            boolean first = started;
            for (From<Ensured> caller : callers) {
                caller.reply(new Ensured.Runs(pid, first));
                first = false;
            }
        }
    }

    /// Has a caller wait.
    ///
    /// @return whether nobody has waited for the child before, so that somebody has to be asked
    boolean add(ChildSpec spec, From<Ensured> caller, long deadlineNanos) {
        Ask known = byId.get(spec.id());
        if (known != null) {
            known.add(caller, deadlineNanos);
            return false;
        }
        Ask ask = new Ask(spec, deadlineNanos);
        ask.add(caller, deadlineNanos);
        byId.put(spec.id(), ask);
        return true;
    }

    boolean isOpen(String id) {
        return byId.containsKey(id);
    }

    List<String> ids() {
        return List.copyOf(byId.keySet());
    }

    /// Notes who was asked.
    void asked(String id, Pid server) {
        Ask ask = byId.get(id);
        if (ask != null) {
            ask.target = Optional.of(server);
        }
    }

    /// Takes out who waits for a child; they are to be answered, or [put back][#putBack].
    Optional<Ask> take(String id) {
        return Optional.ofNullable(byId.remove(id));
    }

    /// Lets callers wait on, for whoever is asked next.
    void putBack(Ask ask) {
        ask.target = Optional.empty();
        byId.put(ask.spec.id(), ask);
    }

    void refuse(String id, ExitReason reason) {
        take(id).ifPresent(ask -> ask.callers.forEach(caller -> caller.reply(new Ensured.NotStarted(reason))));
    }

    /// Forgets whom a lost server had been asked for.
    void lost(Pid server) {
        byId.values().forEach(ask -> ask.target = ask.target.filter(target -> !target.equals(server)));
    }

    /// What nobody is asked for now; each is to be, next.
    List<ChildSpec> unasked() {
        return byId.values().stream()
                .filter(ask -> ask.target.isEmpty())
                .map(ask -> ask.spec)
                .toList();
    }

    /// Forgets those whose callers have given up.
    void expire(long nowNanos) {
        byId.values().removeIf(ask -> nowNanos - ask.deadlineNanos >= 0);
    }

    /// Those that have been waiting since the last time that this was asked; each is to be asked for again, next. One
    /// that is sent again while its answer is under way has a child that ends at once run twice.
    List<ChildSpec> overdue() {
        List<Ask> overdue = byId.values().stream().filter(Ask::isOverdue).toList();
        overdue.forEach(ask -> ask.target = Optional.empty());
        return overdue.stream().map(ask -> ask.spec).toList();
    }
}
