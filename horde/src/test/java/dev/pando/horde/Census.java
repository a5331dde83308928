package dev.pando.horde;

import dev.pando.core.ExitReason;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// All births and ends of children on all nodes of a test; a resource that the nodes share.
final class Census {

    record Birth(String id, Pid pid, Token token) {}

    /// A start that need not have come to anything.
    record Try(String id, NodeName node) {}

    record End(String id, Pid pid, ExitReason reason) {}

    private final Queue<Birth> births = new ConcurrentLinkedQueue<>();
    private final Queue<Try> tries = new ConcurrentLinkedQueue<>();
    private final Queue<End> ends = new ConcurrentLinkedQueue<>();

    void tried(String id, NodeName node) {
        tries.add(new Try(id, node));
    }

    void born(String id, Pid pid, Token token) {
        births.add(new Birth(id, pid, token));
    }

    void ended(String id, Pid pid, ExitReason reason) {
        ends.add(new End(id, pid, reason));
    }

    List<Try> tries(String id) {
        return tries.stream().filter(one -> one.id().equals(id)).toList();
    }

    List<Birth> births() {
        return List.copyOf(births);
    }

    List<Birth> births(String id) {
        return births.stream().filter(birth -> birth.id().equals(id)).toList();
    }

    List<End> ends() {
        return List.copyOf(ends);
    }

    List<End> ends(String id) {
        return ends.stream().filter(end -> end.id().equals(id)).toList();
    }
}
