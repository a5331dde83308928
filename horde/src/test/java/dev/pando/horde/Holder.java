package dev.pando.horde;

import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A process that holds names. It notes the exit signals it is sent, and ends when it is told to.
final class Holder {

    private record Stop() {}

    final Node node;
    final Pid pid;
    private final Queue<ExitReason> signals = new ConcurrentLinkedQueue<>();

    Holder(Node node) {
        this.node = node;
        pid = node.spawn(this::hold);
    }

    private void hold() {
        Self.trapExits(true);
        while (true) {
            switch (Self.receive(Object.class)) {
                case Exit(Pid _, ExitReason reason) -> signals.add(reason);
                case Stop() -> {
                    return;
                }
                default -> {}
            }
        }
    }

    void stop() {
        node.send(pid, new Stop());
    }

    List<ExitReason> signals() {
        return List.copyOf(signals);
    }
}
