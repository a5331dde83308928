package dev.pando.core;

import dev.pando.core.spi.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A call in a mailbox. Answered through its slot when the caller is of this node, else by its ref.
final class Request {

    private final Object message;
    /// After it nobody waits for the answer any more.
    private final long deadlineNanos;
    private final @Nullable Slot slot;
    private final @Nullable Pid caller;
    /// What the caller was handling when it called, if that was a call.
    private final @Nullable Request cause;
    /// The processes that wait for a caller on another node, each for the next, and the caller itself.
    private final List<Pid> remoteChain;
    /// Of a caller on another node from the beginning; else given when the server keeps the return address.
    private volatile @Nullable Ref ref;
    /// What names it however often it is sent.
    private final @Nullable Ref id;
    /// The server that has left it open.
    private volatile @Nullable LocalProcess keeper;
    private volatile boolean over;

    private Request(
            Object message,
            long deadlineNanos,
            @Nullable Slot slot,
            @Nullable Pid caller,
            @Nullable Request cause,
            List<Pid> remoteChain,
            @Nullable Ref ref,
            @Nullable Ref id) {
        this.message = message;
        this.deadlineNanos = deadlineNanos;
        this.slot = slot;
        this.caller = caller;
        this.cause = cause;
        this.remoteChain = remoteChain;
        this.ref = ref;
        this.id = id;
    }

    /// The call of a thread of this node, which runs `caller`, or no process at all.
    static Request local(
            Slot slot, Object message, long deadlineNanos, @Nullable LocalProcess caller, @Nullable Ref id) {
        Request request = caller == null
                ? new Request(message, deadlineNanos, slot, null, null, List.of(), null, id)
                : new Request(message, deadlineNanos, slot, caller.pid, caller.current(), List.of(), null, id);
        slot.request(request);
        return request;
    }

    /// The call of a process of another node.
    static Request remote(Ref ref, Object message, long deadlineNanos, List<Pid> chain, @Nullable Ref id) {
        return new Request(message, deadlineNanos, null, null, null, chain, ref, id);
    }

    Object message() {
        return message;
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    Optional<Slot> slot() {
        return Optional.ofNullable(slot);
    }

    Optional<Ref> ref() {
        return Optional.ofNullable(ref);
    }

    @Nullable
    Ref id() {
        return id;
    }

    void ref(Ref given) {
        ref = given;
    }

    /// Notes that the server leaves it open; `false` when the server has ended.
    boolean keep(LocalProcess server) {
        keeper = server;
        return server.addOpen(this);
    }

    /// It is answered or failed, or its caller does not wait any more.
    void release() {
        over = true;
        LocalProcess keeping = keeper;
        if (keeping != null) {
            keeping.removeOpen(this);
        }
    }

    /// Whether nobody waits for the answer: there is one, or the caller has given up.
    boolean isOver(Clock clock) {
        // A caller of this node says so itself; news of one elsewhere may be late.
        return over || (slot == null ? clock.nanos() - deadlineNanos >= 0 : slot.outcome() != null);
    }

    /// Whether the server would wait for itself, by way of others.
    boolean closesCycle(Pid server, Clock clock) {
        if (cause == null && remoteChain.isEmpty()) {
            return false;
        }
        for (Request request = this; request != null; request = request.causeStillWaitedFor(clock)) {
            if (server.equals(request.caller) || request.remoteChain.contains(server)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Request causeStillWaitedFor(Clock clock) {
        return cause == null || cause.isOver(clock) ? null : cause;
    }

    /// The processes that wait for this answer, each for the next, the caller last.
    private List<Pid> chain(Clock clock) {
        List<Pid> chain = new ArrayList<>(remoteChain);
        Request before = causeStillWaitedFor(clock);
        if (before != null) {
            chain.addAll(before.chain(clock));
        }
        if (caller != null) {
            chain.add(caller);
        }
        return chain;
    }

    /// The processes that wait for an answer which a process, or a thread that runs none, is about to ask for.
    static List<Pid> chain(@Nullable LocalProcess caller, Clock clock) {
        if (caller == null) {
            return List.of();
        }
        Request handled = caller.current();
        List<Pid> chain = handled == null || handled.isOver(clock) ? new ArrayList<>() : handled.chain(clock);
        chain.add(caller.pid);
        return chain;
    }

    /// Why a call that closes a cycle is refused.
    ExitReason cycle(Pid server, Clock clock) {
        List<Pid> chain = chain(clock);
        StringBuilder text = new StringBuilder("call cycle: ");
        chain.subList(Math.max(0, chain.indexOf(server)), chain.size())
                .forEach(pid -> text.append(pid).append(" -> "));
        text.append(server).append("; make one of the calls a cast, or answer later with Self.from");
        return ExitReason.Other.of(text.toString());
    }
}
