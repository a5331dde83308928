package dev.pando.core;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A set of pids in one array, for a supervisor that has a million of them.
///
/// Open addressing with linear probing, two thirds full at most; what follows a removed pid moves up (Knuth, volume 3,
/// 6.4, algorithm R).
final class PidSet {

    private static final int LENGTH_MIN = 4;

    private @Nullable Pid[] pids = new Pid[LENGTH_MIN];
    private int size;

    /// Adds a pid, unless it is there.
    void add(Pid pid) {
        int slot = find(pid);
        if (pids[slot] != null) {
            return;
        }
        pids[slot] = pid;
        size++;
        if (3 * size > 2 * pids.length) {
            resize(2 * pids.length);
        }
    }

    /// Removes a pid; `false` when it is not there.
    boolean remove(Pid pid) {
        int gap = find(pid);
        if (pids[gap] == null) {
            return false;
        }
        size--;
        pids[gap] = null;
        for (int slot = next(gap); pids[slot] != null; slot = next(slot)) {
            Pid moved = pids[slot];
            pids[slot] = null;
            pids[find(moved)] = moved;
        }
        if (pids.length > LENGTH_MIN && 6 * size < pids.length) {
            resize(pids.length / 2);
        }
        return true;
    }

    boolean contains(Pid pid) {
        return pids[find(pid)] != null;
    }

    /// All of them, in no order.
    Set<Pid> copy() {
        Set<Pid> all = LinkedHashSet.newLinkedHashSet(size);
        for (Pid pid : pids) {
            if (pid != null) {
                all.add(pid);
            }
        }
        return all;
    }

    /// Where the pid is, or would be.
    private int find(Pid pid) {
        int slot = pid.hashCode() & (pids.length - 1);
        while (pids[slot] != null && !pid.equals(pids[slot])) {
            slot = next(slot);
        }
        return slot;
    }

    private int next(int slot) {
        return (slot + 1) & (pids.length - 1);
    }

    private void resize(int length) {
        @Nullable Pid[] before = pids;
        pids = new Pid[length];
        for (Pid pid : before) {
            if (pid != null) {
                pids[find(pid)] = pid;
            }
        }
    }
}
