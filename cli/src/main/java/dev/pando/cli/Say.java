package dev.pando.cli;

import dev.pando.core.ProcessBody;
import dev.pando.core.Self;

/// Prints a line in the terminal of the node where it runs: a process to start on another node from the shell, as
/// `node.spawn(NodeName.of("node1"), new Say("hello"))`.
public record Say(String text) implements ProcessBody {

    @Override
    public void run() {
        System.out.println("[" + Self.node().name() + "] " + text);
    }
}
