package dev.pando.cli;

import dev.pando.cluster.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicReference;
import jdk.jshell.tool.JavaShellToolBuilder;
import org.jspecify.annotations.Nullable;

/// A JShell in this JVM, with a node at hand.
///
/// What is entered runs here, so it can hold the node itself; JShell gives it nothing but the class path, hence the
/// static field.
public final class NodeShell {

    private static final AtomicReference<@Nullable Cluster> AT_HAND = new AtomicReference<>();

    private static final String START = """
        import dev.pando.core.*;
        import dev.pando.cluster.*;
        import dev.pando.cli.Say;
        import java.time.Duration;
        import java.util.*;
        Cluster cluster = dev.pando.cli.NodeShell.cluster();
        Node node = cluster.node();
        """;

    /// What the shell was opened for.
    ///
    /// @throws IllegalStateException outside of a shell
    public static Cluster cluster() {
        Cluster cluster = AT_HAND.get();
        if (cluster == null) {
            throw new IllegalStateException("this is no shell of a node; start one with: pando node --shell");
        }
        return cluster;
    }

    /// Runs a shell on standard input and output, until `/exit` or the end of the input. A signal closes the node.
    ///
    /// @return the exit code of the shell
    static int run(Cluster cluster) throws Exception {
        Path start = Files.createTempFile("pando", ".jsh");
        // What is entered keeps the thread of the shell, so that it cannot do it.
        Thread shutdown = new Thread(
                () -> {
                    delete(start);
                    cluster.node().close();
                },
                "pando-shell-shutdown");
        Runtime.getRuntime().addShutdownHook(shutdown);
        try {
            Files.writeString(start, START);
            AT_HAND.set(cluster);
            return JavaShellToolBuilder.builder()
                    // What a user has set for jshell stays as it is, and nothing is kept of this one.
                    .persistence(new HashMap<>())
                    .start(
                            "--execution",
                            "local",
                            "--class-path",
                            System.getProperty("java.class.path"),
                            "--startup",
                            start.toString(),
                            "--feedback",
                            "concise");
        } finally {
            delete(start);
            cancel(shutdown);
        }
    }

    private static void cancel(Thread shutdown) {
        try {
            Runtime.getRuntime().removeShutdownHook(shutdown);
        } catch (IllegalStateException e) {
            // It is running: this is the end of the process.
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // A file of the system's temporary folder, which it clears itself.
        }
    }

    private NodeShell() {}
}
