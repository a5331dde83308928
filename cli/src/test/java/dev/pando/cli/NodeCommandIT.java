package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.testkit.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The guide's two terminals: each node in a process of its own, what is typed is written to its standard input.
@Timeout(120)
class NodeCommandIT {

    private static final long LIMIT_SECONDS = 60;

    @TempDir
    Path folder;

    private final List<Terminal> terminals = new ArrayList<>();
    private static final int MANY = 12;

    private final List<Integer> ports = FreePorts.take(MANY);

    private static final class Terminal {
        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Terminal(Process process) {
            this.process = process;
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                output.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }

        void type(String line) throws IOException {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(line)
                    .append('\n')
                    .flush();
        }

        /// Waits until the node has said that each of these is up.
        void seesAll(Set<String> nodes) throws InterruptedException {
            Set<String> missing = new TreeSet<>(nodes);
            while (!missing.isEmpty()) {
                String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
                assertThat(line).as("without %s", missing).isNotNull();
                if (line.startsWith("up ")) {
                    missing.remove(line.substring("up ".length()));
                } else if (line.startsWith("down ")) {
                    missing.add(line.split(" ", -1)[1]);
                }
            }
        }

        void shows(String text) throws InterruptedException {
            List<String> seen = new ArrayList<>();
            String line;
            do {
                line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
                assertThat(line).as("'%s' after %s", text, seen).isNotNull();
                seen.add(line);
            } while (!line.contains(text));
        }

        int exit() throws InterruptedException {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        }
    }

    @BeforeEach
    void makeCookie() throws IOException {
        Path cookie = folder.resolve("cookie");
        Files.writeString(cookie, "a secret that the two share");
        Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void close() {
        terminals.forEach(terminal -> terminal.process.destroyForcibly());
    }

    private Terminal node(String name, int place, String... more) throws IOException {
        List<String> command = NodeJvm.command(
                name,
                "WARN",
                "node",
                "--name",
                name,
                "--listen",
                "127.0.0.1:" + ports.get(place),
                "--cookie-file",
                folder.resolve("cookie").toString());
        command.addAll(List.of(more));
        command.add(1, "-Djava.io.tmpdir=" + folder);
        Terminal terminal = new Terminal(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        terminals.add(terminal);
        return terminal;
    }

    @Test
    void twoTerminalsFormAClusterAndOneRunsSomethingInTheOther() throws Exception {
        Terminal one = node("node1", 0);
        one.shows("node1@localhost listens on 127.0.0.1:" + ports.get(0));
        Terminal two = node("node2", 1, "--shell", "--label", "region=us-east");

        two.type("cluster.connect(\"127.0.0.1:" + ports.get(0) + "\", Duration.ofSeconds(30))");
        two.shows("Optional[node1@localhost]");
        one.shows("up node2@localhost");
        two.type("cluster.nodes()");
        two.shows("[node1@localhost]");
        two.type("node.spawn(NodeName.of(\"node1\"), new Say(\"hello from node2\"))");
        one.shows("[node1@localhost] hello from node2");
        two.type("cluster.ping(NodeName.of(\"node1\"), Duration.ofSeconds(30))");
        two.shows("true");
        two.type("cluster.labels()");
        two.shows("{region=us-east}");

        two.type("/exit");
        assertThat(two.exit()).isZero();
        one.shows("down node2@localhost left");
        one.process.destroy();
        assertThat(one.exit()).isZero();
    }

    @Test
    void aSignalStopsANodeWithAShellInOrder() throws Exception {
        Terminal one = node("node1", 0);
        one.shows("listens");
        Terminal two = node("node2", 1, "--shell", "--connect", "127.0.0.1:" + ports.get(0));
        one.shows("up node2@localhost");
        two.type("cluster.nodes()");
        two.shows("[node1@localhost]");

        // Standard input stays open: its end would end the shell.
        two.process.toHandle().destroy();

        one.shows("down node2@localhost left");
        two.exit();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).noneMatch(path -> path.toString().endsWith(".jsh"));
        }
    }

    @Test
    void nodesThatAreToldOfEachOtherAtTheStartFormACluster() throws Exception {
        Terminal one = node("node1", 0);
        one.shows("listens");
        Terminal two = node("node2", 1, "--connect", "127.0.0.1:" + ports.get(0));

        two.shows("up node1@localhost");
        one.shows("up node2@localhost");

        two.process.destroyForcibly();
        one.shows("down node2@localhost unreachable");
    }

    @Test
    void twelveNodesFormOneClusterAndAgree() throws Exception {
        Set<String> all = new TreeSet<>();
        for (int place = 0; place < MANY; place++) {
            all.add("node" + place + "@localhost");
            Terminal node = node("node" + place, place, "--connect", "127.0.0.1:" + ports.get(0));
            if (place == 0) {
                node.shows("listens");
            }
        }

        for (int place = 0; place < MANY; place++) {
            Set<String> others = new TreeSet<>(all);
            others.remove("node" + place + "@localhost");
            terminals.get(place).seesAll(others);
        }
    }

    @Test
    void whatCannotBeUsedIsSaidInOneLine() throws IOException {
        assertThat(refused("--name", "a b")).contains("--name").contains("a b");
        assertThat(refused("--name", "n", "--listen", "here"))
                .contains("--listen")
                .contains("here");
        for (String listen : List.of("7800", ":7800", "here:", "here:port", "here:-1")) {
            assertThat(refused("--name", "n", "--listen", listen)).contains("'" + listen + "' is not HOST:PORT");
        }
        assertThat(refused("--name", "n", "--listen", "0.0.0.0:7800"))
                .contains("0.0.0.0")
                .contains("insecure");
        assertThat(refused("--name", "n", "--connect", "nowhere"))
                .contains("hosts")
                .contains("nowhere");
        assertThat(refused("--name", "n", "--tls-cert", "c", "--tls-key", "k", "--tls-ca", "none.pem"))
                .contains("tls.certificate");
        Path tooShort = Files.writeString(folder.resolve("short"), "x");
        assertThat(refused("--name", "n", "--cookie-file", tooShort.toString())).contains(tooShort.toString());
    }

    private static String refused(String... options) {
        List<String> arguments = new ArrayList<>(List.of("node"));
        arguments.addAll(List.of(options));
        StringWriter err = new StringWriter();
        int exit =
                Main.commandLine().setErr(new java.io.PrintWriter(err, true)).execute(arguments.toArray(String[]::new));
        assertThat(exit).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(1);
        return err.toString();
    }
}
