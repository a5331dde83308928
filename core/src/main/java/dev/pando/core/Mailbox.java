package dev.pando.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The messages of one process: any thread puts, its own thread takes.
///
/// A linked queue with one consumer (Vyukov's): a producer swings `last` to its cell and then links the former
/// last cell
/// to it. Between the two steps the chain has a gap, which the consumer reads as "empty"; it parks only after it
/// has announced itself in `waiting` and looked once more, and a producer looks at `waiting` only after it has
/// linked, so one
/// of them always sees the other.
///
/// Messages passed over by a selective take move to `passed`, in order, and are looked at first next time.
final class Mailbox {

    private static final class Cell {
        @Nullable
        Object item;

        volatile @Nullable Cell next;

        Cell(@Nullable Object item) {
            this.item = item;
        }
    }

    private final AtomicReference<Cell> last;
    private Cell first;
    private final Deque<Object> passed = new ArrayDeque<>();
    private volatile @Nullable Thread waiting;

    Mailbox() {
        first = new Cell(null);
        last = new AtomicReference<>(first);
    }

    /// Adds an item. Returns the thread to unpark, if the consumer waits.
    @Nullable
    Thread put(Object item) {
        Cell cell = new Cell(Objects.requireNonNull(item, "a message is null; use Optional inside a record"));
        Cell before = last.getAndSet(cell);
        before.next = cell;
        return waiting;
    }

    /// Takes the first item that fits; the others keep their order. `null` when there is none now.
    @Nullable
    Object poll(Predicate<Object> fits) {
        for (Iterator<Object> items = passed.iterator(); items.hasNext(); ) {
            Object item = items.next();
            if (fits.test(item)) {
                items.remove();
                return item;
            }
        }
        return pollNew(fits);
    }

    /// As `poll`, but looks only at what no poll has passed over.
    @Nullable
    Object pollNew(Predicate<Object> fits) {
        for (Cell cell = first.next; cell != null; cell = first.next) {
            Object item = Objects.requireNonNull(cell.item);
            boolean found = fits.test(item);
            cell.item = null;
            first = cell;
            if (found) {
                return item;
            }
            passed.addLast(item);
        }
        return null;
    }

    /// Announces that the consumer is about to park; it must look once more in between.
    void await(Thread consumer) {
        waiting = consumer;
    }

    void awake() {
        waiting = null;
    }

    boolean hasNew() {
        return first.next != null;
    }
}
