package dev.pando.core;

import dev.pando.core.spi.Scheduler;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where one thread waits for one answer. The first outcome counts; what comes later is dropped.
class Slot {

    private static final VarHandle OUTCOME;

    static {
        try {
            OUTCOME = MethodHandles.lookup().findVarHandle(Slot.class, "outcome", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// The other node, when the server is not here.
    private final @Nullable NodeName remote;
    private final Thread waiter;
    private volatile @Nullable Object outcome;
    /// Whether the server was idle, so that the outcome may come at once.
    private boolean soon;
    /// The request was not sent, since the queue to its node was full.
    private boolean crowded;
    /// The call of this node that it is for.
    private @Nullable Request request;
    /// What the answer is addressed to, once somebody has to address it.
    private volatile @Nullable Ref ref;

    /// An answer that is not a value.
    record Failure(ExitReason reason) {}

    Slot(@Nullable NodeName remote) {
        this.remote = remote;
        this.waiter = Thread.currentThread();
    }

    /// Gives the outcome and wakes who waits for it; `false` when there is one already.
    boolean complete(Object value, Scheduler scheduler) {
        boolean first = outcome == null && OUTCOME.compareAndSet(this, null, value);
        if (first) {
            scheduler.unpark(waiter);
        }
        return first;
    }

    /// Gives the outcome before anybody waits.
    void fail(ExitReason reason) {
        outcome = new Failure(reason);
    }

    /// Gives up waiting; `false` when there is an outcome all the same.
    boolean abandon() {
        return OUTCOME.compareAndSet(this, null, this);
    }

    @Nullable
    Object outcome() {
        return outcome;
    }

    /// The outcome, unless there is none or it was given up.
    Optional<Object> answer() {
        return Optional.ofNullable(outcome).filter(given -> !equals(given));
    }

    Optional<Ref> ref() {
        return Optional.ofNullable(ref);
    }

    boolean isSoon() {
        return soon;
    }

    void soon(boolean idle) {
        soon = idle;
    }

    boolean isCrowded() {
        return crowded;
    }

    void crowded() {
        crowded = true;
    }

    void address(Ref given) {
        ref = given;
    }

    Optional<Request> request() {
        return Optional.ofNullable(request);
    }

    void request(Request made) {
        request = made;
    }

    Optional<NodeName> remote() {
        return Optional.ofNullable(remote);
    }
}
