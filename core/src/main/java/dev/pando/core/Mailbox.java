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
/// last cell to it. Between the two steps the chain has a gap, which the consumer reads as "empty".
///
/// A consumer that is about to wait appends a cell of its own, a [Bed]. Who replaces a bed as the last cell looks
/// whether somebody has lain down, and nobody else has to: while the consumer is busy, a message costs one atomic
/// step. The consumer looks at `last` after it has lain down, and a producer at `waiting` after it has swung `last`,
/// so one of them always sees the other.
///
/// Cells bear consecutive numbers, so the length is known without a counter that all producers would share.
///
/// `first` is the cell before the oldest message. What [#take] returns stays in it until the next `take`: that is
/// the message being handled, and [#forEach] shows it to other threads along with those that wait. A selective
/// [#poll] leaves `first` where it is and empties cells behind it; an emptied cell is unlinked once another follows.
final class Mailbox extends Entrance.Padded {

    /// Whose mailbox it is. Called by producers.
    interface Owner {

        /// Wakes the consumer, which waits as [Mailbox#await(Object)] was told.
        void wake(Object sleeper);

        /// The mailbox has grown past a length that calls for attention.
        void grown(int length);
    }

    private static final int WATCH_FROM = 100_000;
    private static final int WATCH_EVERY = 1024;

    private static final VarHandle FIRST;
    private static final VarHandle TAKEN;
    private static final VarHandle NEXT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FIRST = lookup.findVarHandle(Mailbox.class, "first", Cell.class);
            TAKEN = lookup.findVarHandle(Mailbox.class, "taken", int.class);
            NEXT = lookup.findVarHandle(Cell.class, "next", Cell.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// Written by the consumer alone, in release mode; others read it in acquire mode.
    private Cell first;
    /// Messages taken so far; wraps as the cells' numbers do. Written and read as `first` is.
    private int taken;
    /// The last cell that a `poll` has passed over.
    private Cell seen;

    Mailbox() {
        this(new Bed(0));
    }

    private Mailbox(Cell start) {
        super(start);
        first = start;
        seen = start;
    }

    /// Adds an item, and wakes the consumer by way of its owner if it waits.
    ///
    /// @return whether it has waited
    boolean put(Object item, Owner owner) {
        Cell cell = new Cell(Objects.requireNonNull(item, "a message is null; use Optional inside a record"));
        Cell before = enter(cell);
        NEXT.setRelease(before, cell);
        Object sleeper = before instanceof Bed ? sleeper() : null;
        if (sleeper != null) {
            owner.wake(sleeper);
        }
        int number = before.number + 1;
        if ((number & (WATCH_EVERY - 1)) == 0 && isLongerSince(number)) {
            owner.grown(length());
        }
        return sleeper != null;
    }

    /// How many messages wait. Exact for the consumer; to others it may be behind by what happens meanwhile.
    int length() {
        return last().number - (int) TAKEN.getAcquire(this);
    }

    /// Whether the message of this number, one of those that are looked at, made the mailbox grow past a length that
    /// calls for attention: a hundred thousand, twice that, and so on.
    private boolean isLongerSince(int number) {
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

    /// Announces that the consumer is about to wait, and whom the next producer is to wake. To be called after a `take`
    /// or `poll` that found nothing; once it has returned `true`, another thread may be the consumer already.
    ///
    /// @return `false` when there is something new, or about to be: the consumer must look again
    @SuppressWarnings("ReferenceEquality") // a cell is itself
    boolean await(Object sleeper) {
        Cell end = seen;
        if (!(end instanceof Bed)) {
            Bed bed = new Bed(end.number);
            if (!makeBed(end, bed)) {
                return false;
            }
            end.next = bed;
            seen = bed;
            if (first == end && end.item == null) {
                FIRST.setRelease(this, bed);
            }
            end = bed;
        }
        lieDown(sleeper);
        return last() == end || !withdraw(sleeper);
    }

    /// Whether there is more than a `take` or `poll` that found nothing has seen.
    boolean hasNew() {
        return seen.next != null;
    }

    /// Shows the message that was taken last, if the consumer has not come back since, and all that wait – at least
    /// those whose `put` has returned. For any thread; what the consumer takes meanwhile may or may not be shown.
    void forEach(Consumer<Object> seer) {
        Cell end = last();
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
