package dev.pando.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The messages of one process: any thread puts, its own thread takes.
///
/// A linked queue with one consumer (after Vyukov): a producer swings `last` to its cell and then links the former
/// last cell to it. Between the two steps the chain has a gap, which the consumer reads as "empty"; it parks only
/// after it has announced itself in `waiting` and looked once more, and a producer looks at `waiting` only after it
/// has linked, so one of them always sees the other.
///
/// Cells bear consecutive numbers, so the length is known without a counter that all producers would share.
///
/// `first` is the cell before the oldest message. What [#take] returns stays in it until the next `take`: that is
/// the message being handled, and [#forEach] shows it to other threads along with those that wait. A selective
/// [#poll] leaves `first` where it is and empties cells behind it; an emptied cell is unlinked once another follows.
final class Mailbox {

    private static final int WATCH_FROM = 100_000;
    private static final int WATCH_EVERY = 1024;

    private static final VarHandle LAST;
    private static final VarHandle FIRST;
    private static final VarHandle TAKEN;
    private static final VarHandle WAITING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LAST = lookup.findVarHandle(Mailbox.class, "last", Cell.class);
            FIRST = lookup.findVarHandle(Mailbox.class, "first", Cell.class);
            TAKEN = lookup.findVarHandle(Mailbox.class, "taken", int.class);
            WAITING = lookup.findVarHandle(Mailbox.class, "waiting", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Cell {
        @Nullable
        Object item;

        int number;
        volatile @Nullable Cell next;

        Cell(@Nullable Object item) {
            this.item = item;
        }
    }

    private volatile Cell last;
    private volatile @Nullable Object waiting;
    /// Written by the consumer alone, in release mode; others read it in acquire mode.
    private Cell first;
    /// Messages taken so far; wraps as the cells' numbers do. Written and read as `first` is.
    private int taken;
    /// The last cell that a `poll` has passed over.
    private Cell seen;

    Mailbox() {
        Cell none = new Cell(null);
        first = none;
        seen = none;
        last = none;
    }

    /// Adds an item and returns its number. The caller must then wake the [#sleeper], if there is one.
    int put(Object item) {
        Cell cell = new Cell(Objects.requireNonNull(item, "a message is null; use Optional inside a record"));
        Cell before;
        int number;
        do {
            before = last;
            number = before.number + 1;
            cell.number = number;
        } while (!LAST.compareAndSet(this, before, cell));
        before.next = cell;
        return number;
    }

    /// Whom the consumer has announced, if it waits: taken back with that, so that one caller alone is told.
    @Nullable
    Object sleeper() {
        Object sleeper = waiting;
        return sleeper != null && withdraw(sleeper) ? sleeper : null;
    }

    /// How many messages wait. Exact for the consumer; to others it may be behind by what happens meanwhile.
    int length() {
        return last.number - (int) TAKEN.getAcquire(this);
    }

    /// Whether the message of this number, one of those that are looked at, made the mailbox grow past a length that
    /// calls for attention: a hundred thousand, twice that, and so on.
    boolean isLongerSince(int number) {
        if ((number & (WATCH_EVERY - 1)) != 0) {
            return false;
        }
        int length = number - takenCount();
        int level = length / WATCH_FROM;
        int before = (length - WATCH_EVERY) / WATCH_FROM;
        return level > 0 && Integer.highestOneBit(level) != Integer.highestOneBit(before);
    }

    /// How many messages have been taken; wraps.
    int takenCount() {
        return (int) TAKEN.getAcquire(this);
    }

    /// The item that `take` returned last, for the consumer.
    Optional<Object> taken() {
        return Optional.ofNullable(first.item);
    }

    /// Takes the oldest item; `null` when there is none now. What was taken before counts as dealt with.
    @Nullable
    Object take() {
        Cell done = first;
        for (Cell cell = done.next; cell != null; cell = cell.next) {
            Object item = cell.item;
            FIRST.setRelease(this, cell);
            if (item != null) {
                done.item = null;
                tookOne();
                return item;
            }
        }
        done.item = null;
        seen = first;
        return null;
    }

    /// Takes the first item that fits; the others keep their order. `null` when there is none now.
    @Nullable
    Object poll(Predicate<Object> fits) {
        return scan(first, fits);
    }

    /// As `poll`, but looks only at what no `poll` has passed over since the last one that found nothing.
    @Nullable
    Object pollNew(Predicate<Object> fits) {
        return scan(seen, fits);
    }

    private @Nullable Object scan(Cell from, Predicate<Object> fits) {
        Cell before = from;
        for (Cell cell = before.next; cell != null; cell = before.next) {
            Object item = cell.item;
            if (item != null && fits.test(item)) {
                cell.item = null;
                tookOne();
                unlink(before, cell);
                return item;
            }
            if (item != null || !unlink(before, cell)) {
                before = cell;
            }
        }
        seen = before;
        return null;
    }

    /// Takes an emptied cell out of the chain; not the last one, which a producer may be about to extend.
    private static boolean unlink(Cell before, Cell emptied) {
        Cell after = emptied.next;
        if (after != null) {
            before.next = after;
        }
        return after != null;
    }

    private void tookOne() {
        TAKEN.setRelease(this, taken + 1);
    }

    /// Announces that the consumer is about to wait, and whom the next producer is to wake; it must look once more in
    /// between.
    void await(Object sleeper) {
        waiting = sleeper;
    }

    /// Takes an announcement back; `false` when somebody else has, who then wakes the sleeper.
    boolean withdraw(Object sleeper) {
        return WAITING.compareAndSet(this, sleeper, null);
    }

    void awake() {
        // As a rule the producer that has woken the consumer has done this already.
        if (waiting != null) {
            waiting = null;
        }
    }

    /// Whether there is more than a `take` or `poll` that found nothing has seen.
    boolean hasNew() {
        return seen.next != null;
    }

    /// Shows the message that was taken last, if the consumer has not come back since, and all that wait – at least
    /// those whose `put` has returned. For any thread; what the consumer takes meanwhile may or may not be shown.
    void forEach(Consumer<Object> seer) {
        Cell end = last;
        Cell cell = (Cell) FIRST.getAcquire(this);
        while (true) {
            Object item = cell.item;
            if (item != null) {
                seer.accept(item);
            }
            if (cell.number - end.number >= 0) {
                return;
            }
            Cell next;
            do {
                // Null while a producer is between its two steps; there is nothing in between that could block it.
                next = cell.next;
            } while (next == null);
            cell = next;
        }
    }
}
