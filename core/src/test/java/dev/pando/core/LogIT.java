package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is logged of the ends of processes. The tests themselves log nothing, so a JVM of its own does it.
final class LogIT {

    @TempDir
    private Path folder;

    /// Starts processes that end, one after the other.
    static final class Ends {

        public static void main(String[] args) {
            Node node = Node.start("alpha");
            end(node, ChildSpec.of("returning", (ProcessBody) () -> {}));
            end(node, ChildSpec.of("shut down", (ProcessBody) () -> Self.exit(ExitReason.shutdown())));
            end(node, ChildSpec.of("leaving", (ProcessBody) () -> Self.exit(ExitReason.Other.of("failed"))));
            end(node, ChildSpec.of("crashing", (ProcessBody) () -> {
                throw new IOException("disk on fire");
            }));
            end(node, ChildSpec.of("stopping", new Stopping(ExitReason.shutdown())));
            end(node, ChildSpec.of("failing", new Stopping(ExitReason.Other.of("failed"))));
        }

        private static void end(Node node, ChildSpec spec) {
            Pid pid = node.spawn(() -> Steps.end(Self.startLink(spec)));
            Steps.end(node, pid);
        }
    }

    /// Stops at once.
    record Stopping(ExitReason reason) implements GenServer<Stopping.Stop, Integer> {

        record Stop() implements Cast {}

        @Override
        public Integer init() {
            Self.continueWith(new Stop());
            return 0;
        }

        @Override
        public Step<Integer> handle(Stop message, Integer state) {
            return Step.stop(reason, state);
        }
    }

    @Test
    void abnormalEndsAreLoggedAndTheOthersAreQuiet() throws Exception {
        try (Program program = Program.start(folder.resolve("log"), Ends.class)) {
            assertThat(program.code()).isZero();

            assertThat(program.log())
                    .filteredOn(line -> !line.startsWith("SLF4J"))
                    .extracting(line -> line.replaceAll(".*'(.+)'\\) crashed", "$1"))
                    .containsExactly("leaving", "crashing", "failing");
        }
    }
}
