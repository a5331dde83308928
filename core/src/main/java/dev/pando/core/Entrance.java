package dev.pando.core;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// The end of a [Mailbox] where producers come in, kept apart from what its consumer writes.
///
/// Otherwise both would write to the same line of the processors' caches, which would travel from core to core
/// with each message. HotSpot lays the fields of a superclass before those of its subclasses and leaves no holes in
/// a row of `int`, so that the padding lies between (as in the queues of JCTools).
abstract sealed class Entrance permits Entrance.Padded {

    private static final VarHandle LAST;
    private static final VarHandle WAITING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LAST = lookup.findVarHandle(Entrance.class, "last", Cell.class);
            WAITING = lookup.findVarHandle(Entrance.class, "waiting", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    static class Cell {
        @Nullable
        Object item;

        int number;
        volatile @Nullable Cell next;

        Cell(@Nullable Object item) {
            this.item = item;
        }
    }

    /// Behind it there was nothing when the consumer began to wait. Bears the number of the cell before.
    static final class Bed extends Cell {

        Bed(int number) {
            super(null);
            this.number = number;
        }
    }

    private volatile Cell last;
    private volatile @Nullable Object waiting;

    private Entrance(Cell start) {
        last = start;
    }

    final Cell last() {
        return last;
    }

    /// Makes the cell the last one, with the next number, and returns the one before, which is not linked to it yet.
    final Cell enter(Cell cell) {
        Cell before;
        do {
            before = last;
            cell.number = before.number + 1;
        } while (!LAST.compareAndSet(this, before, cell));
        return before;
    }

    /// Makes the bed the last cell if this one still is.
    @SuppressWarnings("ReferenceEquality") // a cell is itself
    final boolean makeBed(Cell end, Bed bed) {
        return last == end && LAST.compareAndSet(this, end, bed);
    }

    /// Whom the consumer has announced, if it waits: taken back with that, so that one caller alone is told.
    final @Nullable Object sleeper() {
        Object sleeper = waiting;
        return sleeper != null && withdraw(sleeper) ? sleeper : null;
    }

    final void lieDown(Object sleeper) {
        waiting = sleeper;
    }

    /// Takes an announcement back; `false` when somebody else has, who then wakes the sleeper.
    final boolean withdraw(Object sleeper) {
        return WAITING.compareAndSet(this, sleeper, null);
    }

    final void awake() {
        // As a rule the producer that has woken the consumer has done this already.
        if (waiting != null) {
            waiting = null;
        }
    }

    /// A line of 64 bytes behind the entrance.
    @SuppressWarnings("unused")
    abstract static sealed class Padded extends Entrance permits Mailbox {

        private int p00;
        private int p01;
        private int p02;
        private int p03;
        private int p04;
        private int p05;
        private int p06;
        private int p07;
        private int p08;
        private int p09;
        private int p10;
        private int p11;
        private int p12;
        private int p13;
        private int p14;
        private int p15;

        Padded(Cell start) {
            super(start);
        }
    }
}
