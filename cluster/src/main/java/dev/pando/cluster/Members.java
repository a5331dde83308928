package dev.pando.cluster;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.RandomAccess;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The members of one group on all nodes, node by node; never changes. What a reader of the group is given: taking
/// it copies nothing.
final class Members extends AbstractList<Pid> implements RandomAccess {

    private final long number;
    private final List<Roll> rolls;
    private final int size;

    /// @param rolls one of each node, in order of their names; none is empty
    private Members(long number, List<Roll> rolls) {
        this.number = number;
        this.rolls = rolls;
        this.size = rolls.stream().mapToInt(Roll::size).sum();
    }

    /// Nobody.
    ///
    /// @param number tells which of two groups this node has known for longer
    static Members none(long number) {
        return new Members(number, List.of());
    }

    long number() {
        return number;
    }

    /// The members on one node, without copying.
    Roll on(NodeName node) {
        for (Roll roll : rolls) {
            if (roll.node().equals(node)) {
                return roll;
            }
        }
        return Roll.of(node);
    }

    List<NodeName> nodes() {
        return rolls.stream().map(Roll::node).toList();
    }

    /// The same with other members on one node.
    Members with(Roll changed) {
        List<Roll> next = new ArrayList<>(rolls.size() + 1);
        Optional<Roll> added = Optional.of(changed).filter(roll -> !roll.isEmpty());
        for (Roll roll : rolls) {
            int order = roll.node().compareTo(changed.node());
            if (order > 0 && added.isPresent()) {
                next.add(changed);
                added = Optional.empty();
            }
            if (order != 0) {
                next.add(roll);
            }
        }
        added.ifPresent(next::add);
        return new Members(number, next);
    }

    /// Those on one node.
    Members only(NodeName node) {
        return none(number).with(on(node));
    }

    @Override
    public Pid get(int index) {
        int left = index;
        for (Roll roll : rolls) {
            if (left < roll.size()) {
                return roll.get(left);
            }
            left -= roll.size();
        }
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean contains(@Nullable Object wanted) {
        return wanted instanceof Pid pid && on(pid.node()).count(pid) > 0;
    }

    @Override
    public void forEach(Consumer<? super Pid> action) {
        for (Roll roll : rolls) {
            roll.each((pid, times) -> {
                for (int i = 0; i < times; i++) {
                    action.accept(pid);
                }
            });
        }
    }
}
