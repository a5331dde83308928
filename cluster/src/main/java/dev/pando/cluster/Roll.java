package dev.pando.cluster;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/// The processes of one start of a node in one group, each as often as it has joined, in the order of their
/// starts. Never changes.
///
/// A tree by the bits of the pids' serials, most significant first (Okasaki and Gill, "Fast Mergeable Integer
/// Maps", 1998). A change makes the nodes of one path anew and shares all others; a path is as long as the
/// logarithm of the size where serials lie close together, and never longer than 64.
record Roll(NodeName node, Tree tree) {

    sealed interface Tree {
        /// Memberships.
        int size();
    }

    enum Nil implements Tree {
        NIL;

        @Override
        public int size() {
            return 0;
        }
    }

    /// @param size how often the process has joined
    record Leaf(Pid pid, int size) implements Tree {}

    /// The two halves of all serials that begin as the prefix does, told apart by one bit.
    record Branch(long prefix, long bit, Tree zero, Tree one, int size) implements Tree {

        static Tree of(long prefix, long bit, Tree zero, Tree one) {
            if (zero == Nil.NIL) {
                return one;
            }
            return one == Nil.NIL ? zero : new Branch(prefix, bit, zero, one, zero.size() + one.size());
        }

        /// Two trees whose serials begin differently.
        static Tree join(long serial, Tree tree, long other, Tree others) {
            long bit = Long.highestOneBit(serial ^ other);
            long prefix = prefix(serial, bit);
            return (serial & bit) == 0 ? of(prefix, bit, tree, others) : of(prefix, bit, others, tree);
        }

        private static long prefix(long serial, long bit) {
            return serial & -(bit << 1);
        }

        boolean covers(long serial) {
            return prefix(serial, bit) == prefix;
        }

        boolean leadsToOne(long serial) {
            return (serial & bit) != 0;
        }

        Tree withZero(Tree changed) {
            return of(prefix, bit, changed, one);
        }

        Tree withOne(Tree changed) {
            return of(prefix, bit, zero, changed);
        }
    }

    static Roll of(NodeName node) {
        return new Roll(node, Nil.NIL);
    }

    int size() {
        return tree.size();
    }

    boolean isEmpty() {
        return tree == Nil.NIL;
    }

    Roll plus(Pid pid) {
        return new Roll(node, plus(tree, pid));
    }

    private static Tree plus(Tree tree, Pid pid) {
        long serial = pid.serial();
        return switch (tree) {
            case Nil _ -> new Leaf(pid, 1);
            case Leaf leaf when leaf.pid.serial() == serial -> new Leaf(pid, leaf.size + 1);
            case Leaf leaf -> Branch.join(leaf.pid.serial(), leaf, serial, new Leaf(pid, 1));
            case Branch branch
            when !branch.covers(serial) -> Branch.join(branch.prefix, branch, serial, new Leaf(pid, 1));
            case Branch branch when branch.leadsToOne(serial) -> branch.withOne(plus(branch.one, pid));
            case Branch branch -> branch.withZero(plus(branch.zero, pid));
        };
    }

    /// Without one membership of the process, which has to have one.
    Roll minus(Pid pid) {
        return new Roll(node, minus(tree, pid));
    }

    private static Tree minus(Tree tree, Pid pid) {
        long serial = pid.serial();
        return switch (tree) {
            case Leaf(Pid member, int size) when member.equals(pid) -> size == 1 ? Nil.NIL : new Leaf(pid, size - 1);
            case Branch branch when branch.leadsToOne(serial) -> branch.withOne(minus(branch.one, pid));
            case Branch branch -> branch.withZero(minus(branch.zero, pid));
            case Leaf _, Nil _ -> throw new IllegalArgumentException(pid + " is not in the group");
        };
    }

    /// How often the process has joined.
    int count(Pid pid) {
        Tree at = tree;
        while (at instanceof Branch branch) {
            at = branch.leadsToOne(pid.serial()) ? branch.one : branch.zero;
        }
        return at instanceof Leaf(Pid member, int size) && member.equals(pid) ? size : 0;
    }

    /// The member at a place; one that has joined twice has two places.
    Pid get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException(index);
        }
        return get(tree, index);
    }

    private static Pid get(Tree tree, int index) {
        return switch (tree) {
            case Leaf(Pid pid, int _) -> pid;
            case Branch branch when index < branch.zero.size() -> get(branch.zero, index);
            case Branch branch -> get(branch.one, index - branch.zero.size());
            case Nil _ -> throw new IndexOutOfBoundsException(index);
        };
    }

    /// Each process, and how often it has joined.
    void each(ObjIntConsumer<? super Pid> action) {
        each(tree, action);
    }

    private static void each(Tree tree, ObjIntConsumer<? super Pid> action) {
        switch (tree) {
            case Nil _ -> {}
            case Leaf(Pid pid, int size) -> action.accept(pid, size);
            case Branch branch -> {
                each(branch.zero, action);
                each(branch.one, action);
            }
        }
    }

    /// The memberships that another roll does not have.
    List<Pid> without(Roll other) {
        List<Pid> rest = new ArrayList<>();
        each((pid, size) -> {
            for (int more = size - other.count(pid); more > 0; more--) {
                rest.add(pid);
            }
        });
        return rest;
    }
}
