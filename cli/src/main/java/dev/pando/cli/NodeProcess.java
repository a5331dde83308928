package dev.pando.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pando.core.NodeName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// A node in an operating-system process that this one started and will end.
final class NodeProcess implements AutoCloseable {

    private static final long END_SECONDS = 10;

    private final NodeName name;
    private final Process process;
    private final BufferedReader output;

    private NodeProcess(NodeName name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Starts a node with the JDK and the class path of this process. Its log goes to this process's standard
    /// error.
    static NodeProcess start(NodeSettings settings, String logLevel) throws IOException {
        Process process = new ProcessBuilder(NodeJvm.command(settings.name(), logLevel, "demo-node"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        OutputStream input = process.getOutputStream();
        input.write((new ObjectMapper().writeValueAsString(settings) + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
        return new NodeProcess(NodeName.of(settings.name()), process);
    }

    NodeName name() {
        return name;
    }

    /// Waits until the node has found the others.
    ///
    /// @throws IllegalStateException when it ends instead; it has said why on standard error
    void awaitReady() throws IOException {
        String line = output.readLine();
        if (!DemoNode.READY.equals(line)) {
            throw new IllegalStateException(name + " did not start; see above");
        }
    }

    /// Ends it the hard way (SIGKILL where there are signals).
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
