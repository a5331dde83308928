package dev.pando.core;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The calls of one node: of its threads to servers anywhere, and of other nodes to its servers.
///
/// A call waits in a slot of its own. The slot travels with a request to a server of this node,
/// which fills it; only where that is not possible – the server is elsewhere, or somebody else is
/// to answer – the answer is addressed to a ref. A call has one outcome: an answer, the end of its
/// server, its deadline, or that of its caller.
final class Calls {

    private final Node node;
    private final Distribution distribution;
    /// Calls whose answer comes by a ref.
    private final ConcurrentHashMap<Ref, Slot> slots = new ConcurrentHashMap<>();

    Calls(Node node, Distribution distribution) {
        this.node = node;
        this.distribution = distribution;
    }

    // ---- the caller

    /// @param caller the process that calls; null for a thread that runs none
    /// @param id names the request; null for one that is sent once
    <R> R call(@Nullable LocalProcess caller, Dest to, Call<R> message, Duration timeout, @Nullable Ref id) {
        long deadline = node.deadline(timeout);
        Slot slot = begin(caller, to, new Question(message, id), timeout, deadline, deadline);
        Object outcome = outcome(caller, slot, timeout, deadline);
        while (outcome instanceof Slot.Failure(ExitReason.Moved(Pid successor))
                && isBefore(deadline)
                && !isForOneProcess(message)) {
            Duration left = Duration.ofNanos(deadline - node.host().clock().nanos());
            slot = begin(caller, successor, new Question(message, id), left, deadline, deadline);
            outcome = outcome(caller, slot, timeout, deadline);
        }
        if (outcome instanceof Slot.Failure(ExitReason reason)) {
            throw new ExitException(reason, message.getClass().getSimpleName() + " to " + to);
        }
        return answer(outcome);
    }

    /// Whether it means the process itself, not whoever goes on in its place.
    private static boolean isForOneProcess(Call<?> message) {
        return message instanceof StateRequest;
    }

    /// A message that is to be answered, and the id of the request if it has one.
    private record Question(Call<?> message, @Nullable Ref id) {}

    <R> MultiReply<R> multiCall(
            @Nullable LocalProcess caller, Collection<? extends Dest> to, Call<R> message, Duration timeout) {
        long deadline = node.deadline(timeout);
        Question question = new Question(message, null);
        Map<Dest, Slot> begun = new LinkedHashMap<>();
        Map<Dest, R> replies = new LinkedHashMap<>();
        Map<Dest, ExitReason> failures = new LinkedHashMap<>();
        try {
            long now = node.host().clock().nanos();
            for (Dest each : new LinkedHashSet<>(to)) {
                begun.put(each, begin(caller, each, question, timeout, deadline, now));
            }
            // Where the queue to a node is full, wait for room now that all others have been asked.
            begun.replaceAll((each, slot) ->
                    slot.isCrowded() ? begin(caller, each, question, timeout, deadline, deadline) : slot);
            begun.forEach((each, slot) -> {
                Object outcome = outcome(caller, slot, timeout, deadline);
                if (outcome instanceof Slot.Failure(ExitReason reason)) {
                    failures.put(each, reason);
                } else {
                    replies.put(each, answer(outcome));
                }
            });
        } catch (RuntimeException e) {
            begun.values().forEach(this::abandon);
            throw e;
        }
        return new MultiReply<>(replies, failures);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the server's step was checked by its compiler
    private static <R> R answer(Object outcome) {
        return (R) outcome;
    }

    /// Sends a request, whose slot gets the outcome in any case.
    ///
    /// @param roomUntil how long to wait for room in a bounded mailbox, or in the queue to another
    ///     node
    private Slot begin(
            @Nullable LocalProcess caller,
            Dest to,
            Question question,
            Duration timeout,
            long deadline,
            long roomUntil) {
        if (!timeout.isPositive()) {
            return overdue(timeout);
        }
        return switch (node.resolve(to)) {
            case Pid pid when node.isOurs(pid) -> beginHere(caller, node.here(pid), to, question, deadline, roomUntil);
            case Name local -> beginHere(caller, node.here(local), to, question, deadline, roomUntil);
            case Pid pid ->
                beginThere(pid.node(), ref -> request(caller, ref, pid, question, timeout), timeout, roomUntil);
            case RemoteName remote ->
                beginThere(
                        remote.node(),
                        ref -> request(caller, ref, remote.name(), question, timeout),
                        timeout,
                        roomUntil);
            case Via _ -> beginHere(caller, null, to, question, deadline, roomUntil);
        };
    }

    /// Nobody would wait for the answer, so nobody is asked.
    private static Slot overdue(Duration timeout) {
        Slot slot = new Slot(null);
        slot.fail(new ExitReason.Timeout(timeout));
        return slot;
    }

    private Slot beginHere(
            @Nullable LocalProcess caller,
            @Nullable LocalProcess server,
            Dest to,
            Question question,
            long deadline,
            long roomUntil) {
        Slot slot = new Slot(null);
        if (server == null) {
            slot.fail(new ExitReason.NoProcess(to.toString()));
            return slot;
        }
        if (server == caller) {
            throw new IllegalStateException(server + " calls itself, and would wait for ever");
        }
        if (server.awaitRoom(roomUntil)) {
            accept(server, Request.local(slot, question.message(), deadline, caller, question.id()));
        } else {
            slot.fail(server.overloaded());
        }
        return slot;
    }

    private RemoteSignal request(
            @Nullable LocalProcess caller, Ref ref, Address at, Question question, Duration timeout) {
        List<Pid> chain = Request.chain(caller, node.host().clock());
        return new RemoteSignal.Request(
                ref,
                at,
                Node.payload(question.message()),
                Node.nanos(timeout),
                chain,
                Optional.ofNullable(question.id()));
    }

    /// Sends what is answered under its ref, and waits for the answer.
    ///
    /// @param unclaimed gets an answer that has come although the caller is told to exit
    /// @return a [Slot.Failure] when there is none
    Object ask(
            @Nullable LocalProcess caller,
            NodeName there,
            Function<Ref, RemoteSignal> signal,
            Duration timeout,
            Consumer<Object> unclaimed) {
        long deadline = node.deadline(timeout);
        Slot slot = timeout.isPositive() ? beginThere(there, signal, timeout, deadline) : overdue(timeout);
        try {
            return outcome(caller, slot, timeout, deadline);
        } catch (RuntimeException e) {
            slot.answer().ifPresent(unclaimed);
            throw e;
        }
    }

    private Slot beginThere(NodeName there, Function<Ref, RemoteSignal> signal, Duration timeout, long roomUntil) {
        Slot slot = new Slot(there);
        Ref ref = address(slot);
        try {
            switch (distribution.sendBefore(roomUntil, there, signal.apply(ref))) {
                case TAKEN -> {}
                case NO_PEER -> complete(ref, new Slot.Failure(new ExitReason.NoConnection(there)));
                case NO_ROOM -> {
                    slot.crowded();
                    complete(ref, new Slot.Failure(new ExitReason.Timeout(timeout)));
                }
            }
        } catch (RuntimeException e) {
            slots.remove(ref);
            throw e;
        }
        return slot;
    }

    private Ref address(Slot slot) {
        Ref ref = node.newRef();
        slots.put(ref, slot);
        slot.address(ref);
        return ref;
    }

    private Object outcome(@Nullable LocalProcess caller, Slot slot, Duration timeout, long deadline) {
        Optional<Object> outcome;
        try {
            outcome = await(caller, slot, deadline);
        } catch (RuntimeException e) {
            abandon(slot);
            throw e;
        }
        return outcome.or(() -> abandon(slot)).orElseGet(() -> new Slot.Failure(new ExitReason.Timeout(timeout)));
    }

    /// Waits for what a slot is given; empty when the time is up.
    Optional<Object> await(@Nullable LocalProcess self, Slot slot, long deadline) {
        return self == null ? awaitOutside(slot, deadline) : awaitInside(self, slot, deadline);
    }

    private Optional<Object> awaitInside(LocalProcess self, Slot slot, long deadline) {
        self.check();
        Object outcome = self.outcomeInPassing(slot);
        if (outcome != null) {
            return Optional.of(outcome);
        }
        self.setAlarm(deadline);
        outcome = slot.outcome();
        for (boolean inTime = true; outcome == null && inTime; inTime = isBefore(deadline)) {
            self.park();
            self.check();
            outcome = slot.outcome();
        }
        self.endAlarm(deadline);
        return Optional.ofNullable(outcome);
    }

    private Optional<Object> awaitOutside(Slot slot, long deadline) {
        Object outcome = slot.outcome();
        while (outcome == null && isBefore(deadline)) {
            node.parkUntil(deadline);
            if (Thread.currentThread().isInterrupted()) {
                throw new ExitException(ExitReason.killed(), "interrupted while waiting for an answer");
            }
            outcome = slot.outcome();
        }
        return Optional.ofNullable(outcome);
    }

    private boolean isBefore(long deadline) {
        return node.host().clock().nanos() - deadline < 0;
    }

    /// Nobody waits any more; lets the server know.
    ///
    /// @return the outcome, when it has come all the same: it is the caller's, who has been tied to
    ///     it maybe
    private Optional<Object> abandon(Slot slot) {
        if (!slot.abandon()) {
            return slot.answer();
        }
        slot.request().ifPresent(Request::release);
        slot.ref().ifPresent(ref -> {
            slots.remove(ref);
            slot.remote().ifPresent(there -> distribution.send(there, new RemoteSignal.Forget(ref), false));
        });
        return Optional.empty();
    }

    /// Gives the call to which a ref belongs its outcome; the first one counts.
    ///
    /// @return whether somebody waited for it
    boolean complete(Ref ref, Object outcome) {
        Slot slot = slots.remove(ref);
        if (slot == null) {
            return false;
        }
        boolean first = slot.complete(outcome, node.host().scheduler());
        slot.request().ifPresent(Request::release);
        return first;
    }

    /// Fails the calls to a node whose session has ended.
    void lost(NodeName peer, ExitReason reason) {
        slots.entrySet().stream()
                .filter(entry -> entry.getValue().remote().filter(peer::equals).isPresent())
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparingLong(Ref::serial))
                .forEach(ref -> complete(ref, new Slot.Failure(reason)));
    }

    // ---- the server

    /// Puts a request into a server's mailbox, or fails it.
    void accept(LocalProcess server, Request request) {
        if (server.isPlain()) {
            var reason = new ExitReason.NotAccepted(
                    server.label(), request.message().getClass().getName());
            fail(request, reason);
        } else if (request.closesCycle(server.pid, node.host().clock())) {
            fail(request, request.cycle(server.pid, node.host().clock()));
        } else {
            boolean idle = server.deliver(request);
            request.slot().ifPresent(slot -> slot.soon(idle));
            // Whoever ended it meanwhile may not have seen the request.
            server.endedFor().ifPresent(reason -> failByEnd(request, server, reason));
        }
    }

    /// Answers a call from the server's own process.
    void reply(Request request, Object value) {
        Optional<Slot> slot = request.slot();
        if (slot.isPresent()) {
            slot.get().complete(value, node.host().scheduler());
            request.ref().ifPresent(slots::remove);
            request.release();
        } else {
            request.ref().ifPresent(ref -> {
                answer(ref, value);
                distribution.release(ref);
            });
        }
    }

    /// Answers a call that a server has left open, from anywhere.
    <R> void reply(From<R> from, R value) {
        answer(from.ref(), value);
        if (node.isOurs(from.server())) {
            distribution.release(from.ref());
        } else {
            distribution.send(from.server().node(), new RemoteSignal.Forget(from.ref()), false);
        }
    }

    private void answer(Ref ref, Object value) {
        if (node.isMine(ref)) {
            complete(ref, value);
        } else {
            distribution.send(ref.node(), new RemoteSignal.Reply(ref, Node.payload(value)), false);
        }
    }

    /// Ends a call without an answer, unless it has one.
    void fail(Request request, ExitReason reason) {
        Optional<Slot> slot = request.slot();
        if (slot.isPresent()) {
            slot.get().complete(new Slot.Failure(reason), node.host().scheduler());
            request.ref().ifPresent(slots::remove);
            request.release();
        } else {
            request.ref()
                    .filter(distribution::release)
                    .ifPresent(ref -> distribution.tell(ref.node(), reason, why -> new RemoteSignal.Failed(ref, why)));
        }
    }

    /// Fails a call whose server has ended. A normal end is not told as it is: for the caller the
    /// lack of an answer is a failure, and must not pass for a normal end of its own.
    void failByEnd(Request request, LocalProcess server, ExitReason reason) {
        boolean normal = reason instanceof ExitReason.Normal;
        fail(request, normal ? new ExitReason.NoProcess(server.pid.toString()) : reason);
    }

    /// Leaves a call open, which is answered later or never.
    void keep(LocalProcess server, Request request) {
        if (!request.keep(server)) {
            failByEnd(request, server, server.endedFor().orElseGet(ExitReason::killed));
        }
        if (request.isOver(node.host().clock())) {
            request.release();
        }
    }

    /// The return address of a call, for an answer by whoever holds it.
    <R> From<R> from(LocalProcess server, Request request) {
        Ref ref = request.ref().orElseGet(() -> {
            Ref made = address(request.slot().orElseThrow());
            request.ref(made);
            return made;
        });
        keep(server, request);
        if (request.isOver(node.host().clock())) {
            slots.remove(ref);
        }
        return new From<>(ref, server.pid);
    }
}
