package dev.pando.core;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The living processes of a node by the serials of their pids.
///
/// Serials are given out one after the other, so a page holds the processes of 64 neighbouring ones in an array, and
/// a process costs little more than its place in it. Pages are found by hashing. Nothing locks but the making of a
/// page. When the table is full it is made anew without the pages that are empty; those are marked as dropped first,
/// so that nobody puts a process into one.
final class ProcessTable {

    private static final int PAGE_BITS = 6;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int LENGTH_MIN = 16;

    private static final class Page {
        private static final int DROPPED = -1;

        final long number;
        final AtomicReferenceArray<@Nullable LocalProcess> processes = new AtomicReferenceArray<>(PAGE);
        private final AtomicInteger count = new AtomicInteger();

        Page(long number) {
            this.number = number;
        }

        /// Makes sure that the page stays for a process that is about to be put; `false` when it is dropped.
        boolean enter() {
            return count.getAndUpdate(before -> before == DROPPED ? DROPPED : before + 1) != DROPPED;
        }

        void leave() {
            count.decrementAndGet();
        }

        /// Drops the page unless it has processes.
        boolean drop() {
            return count.compareAndSet(0, DROPPED);
        }
    }

    /// Open addressing with linear probing; the length is a power of two, and half of it at most is in use.
    private volatile AtomicReferenceArray<@Nullable Page> pages = new AtomicReferenceArray<>(LENGTH_MIN);
    private int pageCount;

    @Nullable
    LocalProcess get(long serial) {
        Page page = find(serial >>> PAGE_BITS, pages);
        return page == null ? null : page.processes.get(index(serial));
    }

    /// Adds a process whose serial is new.
    void put(LocalProcess process) {
        long serial = process.pid.serial();
        Page page = find(serial >>> PAGE_BITS, pages);
        while (page == null || !page.enter()) {
            page = make(serial >>> PAGE_BITS);
        }
        page.processes.set(index(serial), process);
    }

    /// Removes a process; nothing happens when it is not there.
    void remove(LocalProcess process) {
        long serial = process.pid.serial();
        Page page = find(serial >>> PAGE_BITS, pages);
        if (page != null && page.processes.compareAndSet(index(serial), process, null)) {
            page.leave();
        }
    }

    private static @Nullable Page find(long number, AtomicReferenceArray<@Nullable Page> table) {
        int slot = slot(number, table);
        Page page = table.get(slot);
        while (page != null && page.number != number) {
            slot = next(slot, table);
            page = table.get(slot);
        }
        return page;
    }

    private synchronized Page make(long number) {
        Page made = find(number, pages);
        if (made != null) {
            return made;
        }
        if (2 * (pageCount + 1) > pages.length()) {
            rebuild();
        }
        Page page = new Page(number);
        add(page, pages);
        pageCount++;
        return page;
    }

    /// Whoever still reads the former table finds the pages of the new one there, and some that are empty.
    private void rebuild() {
        List<Page> kept = new ArrayList<>();
        for (Page page : all()) {
            if (!page.drop()) {
                kept.add(page);
            }
        }
        AtomicReferenceArray<@Nullable Page> table = new AtomicReferenceArray<>(length(kept.size()));
        kept.forEach(page -> add(page, table));
        pageCount = kept.size();
        pages = table;
    }

    /// So long that as many pages as there are can be added before it is full.
    private static int length(int count) {
        return Math.max(LENGTH_MIN, Integer.highestOneBit(Math.max(1, 4 * count - 1)) << 1);
    }

    private static void add(Page page, AtomicReferenceArray<@Nullable Page> table) {
        int slot = slot(page.number, table);
        while (table.get(slot) != null) {
            slot = next(slot, table);
        }
        table.set(slot, page);
    }

    private List<Page> all() {
        List<Page> all = new ArrayList<>();
        AtomicReferenceArray<@Nullable Page> table = pages;
        for (int i = 0; i < table.length(); i++) {
            Page page = table.get(i);
            if (page != null) {
                all.add(page);
            }
        }
        return all;
    }

    /// How many there are; counted on demand.
    int size() {
        return all().stream().mapToInt(page -> Math.max(0, page.count.get())).sum();
    }

    /// All processes, oldest first.
    List<LocalProcess> inOrder() {
        List<LocalProcess> found = new ArrayList<>();
        List<Page> sorted = all();
        sorted.sort(Comparator.comparingLong(page -> page.number));
        for (Page page : sorted) {
            for (int i = 0; i < PAGE; i++) {
                LocalProcess process = page.processes.get(i);
                if (process != null) {
                    found.add(process);
                }
            }
        }
        return found;
    }

    private static int slot(long number, AtomicReferenceArray<?> table) {
        return (int) ((number * 0x9E37_79B9_7F4A_7C15L) >>> 32) & (table.length() - 1);
    }

    private static int next(int slot, AtomicReferenceArray<?> table) {
        return (slot + 1) & (table.length() - 1);
    }

    private static int index(long serial) {
        return (int) serial & (PAGE - 1);
    }
}
