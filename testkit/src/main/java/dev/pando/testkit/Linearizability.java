package dev.pando.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks for an order of a history's operations that a single copy could have answered with, each at one moment between
/// its invocation and its return.
///
/// The algorithm is that of Wing and Gong, with Lowe's memory of what has been tried. It takes exponential time at
/// worst, in the number of operations that overlap. An operation whose outcome nobody knows may have taken effect
/// at any time after its invocation, or never.
public final class Linearizability {

    /// What a single copy does.
    ///
    /// @param <S> its state; a value that does not change, with `equals` and `hashCode`
    public interface Model<S, I, O> {

        S initial();

        /// The state after an operation; empty when it cannot have given that answer.
        ///
        /// @param output empty when the answer is not known, and any will do
        Optional<S> apply(S state, I input, Optional<O> output);
    }

    /// Checks a whole history.
    public static <S, I, O> Verdict check(Model<S, I, O> model, List<Operation<I, O>> history) {
        return new Search<>(model, history).verdict();
    }

    /// Checks the operations of each key apart, which is as good as checking them together when no operation
    /// touches two keys (Herlihy and Wing), and far quicker.
    public static <K, S, I, O> Verdict check(
            Model<S, I, O> model, List<Operation<I, O>> history, Function<I, K> keyOf) {
        Map<K, List<Operation<I, O>>> byKey = new LinkedHashMap<>();
        for (Operation<I, O> operation : history) {
            byKey.computeIfAbsent(keyOf.apply(operation.input()), _ -> new ArrayList<>())
                    .add(operation);
        }
        Verdict verdict = Verdict.sound();
        for (List<Operation<I, O>> ofKey : byKey.values()) {
            verdict = verdict.and(check(model, ofKey));
        }
        return verdict;
    }

    private Linearizability() {}

    /// An invocation or a return, in a list of all of them by time.
    private static final class Event {
        final int operation;

        @Nullable
        Event returns;

        @Nullable
        Event before;

        @Nullable
        Event after;

        Event(int operation) {
            this.operation = operation;
        }

        void unlink() {
            if (before != null) {
                before.after = after;
            }
            if (after != null) {
                after.before = before;
            }
        }

        void relink() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    private record Tried<S>(BitSet done, S state) {}

    private record Step<S>(Event invocation, S before) {}

    private static final class Search<S, I, O> {

        private final Model<S, I, O> model;
        private final List<Operation<I, O>> operations;
        private final Event head = new Event(-1);
        private final BitSet done = new BitSet();
        private final Set<Tried<S>> tried = new HashSet<>();
        private final Deque<Step<S>> path = new ArrayDeque<>();
        private int unanswered;
        private int deepest = -1;
        private @Nullable Operation<I, O> obstacle;

        Search(Model<S, I, O> model, List<Operation<I, O>> history) {
            this.model = model;
            this.operations = List.copyOf(history);
            link();
        }

        private void link() {
            record Moment(long nanos, boolean returns, Event event) {}
            List<Moment> moments = new ArrayList<>();
            for (int i = 0; i < operations.size(); i++) {
                Operation<I, O> operation = operations.get(i);
                Event invocation = new Event(i);
                moments.add(new Moment(operation.invokedNanos(), false, invocation));
                if (operation.output().isPresent()) {
                    Event end = new Event(i);
                    invocation.returns = end;
                    moments.add(new Moment(operation.returnedNanos(), true, end));
                    unanswered++;
                }
            }
            // Two at the same moment overlap: invocations come first.
            moments.sort(Comparator.comparingLong(Moment::nanos).thenComparing(Moment::returns));
            Event last = head;
            for (Moment moment : moments) {
                last.after = moment.event();
                moment.event().before = last;
                last = moment.event();
            }
        }

        Verdict verdict() {
            S state = model.initial();
            Event event = head.after;
            while (unanswered > 0 && event != null) {
                boolean invocation = event.returns != null
                        || operations.get(event.operation).output().isEmpty();
                if (invocation) {
                    Optional<S> next = next(state, event.operation);
                    if (next.isPresent()) {
                        path.push(new Step<>(event, state));
                        state = next.get();
                        take(event);
                        event = head.after;
                    } else {
                        event = event.after;
                    }
                } else {
                    note(event.operation);
                    Step<S> back = path.poll();
                    if (back == null) {
                        return refused();
                    }
                    state = back.before();
                    putBack(back.invocation());
                    event = back.invocation().after;
                }
            }
            return Verdict.sound();
        }

        private Optional<S> next(S state, int operation) {
            Operation<I, O> wanted = operations.get(operation);
            Optional<S> next = model.apply(state, wanted.input(), wanted.output());
            if (next.isEmpty()) {
                return next;
            }
            BitSet after = (BitSet) done.clone();
            after.set(operation);
            return tried.add(new Tried<>(after, next.get())) ? next : Optional.empty();
        }

        private void take(Event invocation) {
            done.set(invocation.operation);
            invocation.unlink();
            if (invocation.returns != null) {
                invocation.returns.unlink();
                unanswered--;
            }
        }

        private void putBack(Event invocation) {
            done.clear(invocation.operation);
            if (invocation.returns != null) {
                invocation.returns.relink();
                unanswered++;
            }
            invocation.relink();
        }

        private void note(int operation) {
            if (path.size() > deepest) {
                deepest = path.size();
                obstacle = operations.get(operation);
            }
        }

        private Verdict refused() {
            return new Verdict(List.of("not linearizable: after " + deepest + " operations of " + operations.size()
                    + " no order explains " + obstacle));
        }
    }
}
