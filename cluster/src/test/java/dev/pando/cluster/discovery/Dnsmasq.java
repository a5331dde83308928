package dev.pando.cluster.discovery;

import dev.pando.tools.Tools;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A real DNS server on a port of 127.0.0.1, which knows what it is told and asks nobody else.
/// Names below [#DOMAIN] that it is not told do not exist; for all others it answers REFUSED.
/// Records live for an hour.
final class Dnsmasq {

    static final String DOMAIN = "pando.test";

    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long LOOK_NANOS = 2_000_000;

    private final Path program;
    private final Path folder;
    private final InetSocketAddress address;
    private Optional<Process> process = Optional.empty();

    private Dnsmasq(Path program, Path folder, InetSocketAddress address) {
        this.program = program;
        this.folder = folder;
        this.address = address;
    }

    /// @param folder for its files
    /// @param lines of its configuration
    static Dnsmasq start(Path folder, String... lines) throws IOException, InterruptedException {
        Dnsmasq server = new Dnsmasq(program(), folder, freePort());
        server.restart(lines);
        return server;
    }

    private static Path program() {
        Optional<Path> found = Stream.concat(
                        Pattern.compile(":").splitAsStream(System.getenv("PATH")), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, "dnsmasq"))
                .filter(Files::isExecutable)
                .findFirst();
        Tools.need(found.isPresent(), "no dnsmasq (Debian: apt-get install dnsmasq-base)");
        return found.get();
    }

    /// Free for UDP and TCP, and below the range from which sockets are given theirs.
    private static InetSocketAddress freePort() throws IOException {
        while (true) {
            InetSocketAddress drawn = new InetSocketAddress(
                    InetAddress.ofLiteral("127.0.0.1"),
                    ThreadLocalRandom.current().nextInt(20_000, 30_000));
            try (ServerSocket tcp = new ServerSocket(drawn.getPort(), 1, drawn.getAddress());
                    DatagramSocket udp = new DatagramSocket(drawn)) {
                if (tcp.isBound() && udp.isBound()) {
                    return drawn;
                }
            } catch (BindException taken) {
                // The next one may be free.
            }
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /// Begins anew, at the same address, and knows these lines only.
    void restart(String... lines) throws IOException, InterruptedException {
        end();
        List<String> config = new ArrayList<>(List.of(
                "port=" + address.getPort(),
                "listen-address=127.0.0.1",
                "bind-interfaces",
                "no-resolv",
                "no-hosts",
                "local=/" + DOMAIN + "/",
                "local-ttl=3600"));
        config.addAll(List.of(lines));
        Path file = Files.write(folder.resolve("dnsmasq.conf"), config);
        Path log = folder.resolve("dnsmasq.log");
        process = Optional.of(new ProcessBuilder(program.toString(), "--no-daemon", "--conf-file=" + file)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        awaitListening(process.get(), log);
    }

    private void awaitListening(Process started, Path log) throws IOException {
        long startNanos = System.nanoTime();
        while (started.isAlive() && System.nanoTime() - startNanos < DEADLINE_NANOS) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                return;
            } catch (IOException e) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        throw new IllegalStateException("dnsmasq does not listen: " + Files.readString(log));
    }

    /// Ends its process, and returns when it has ended.
    void end() throws InterruptedException {
        if (process.isPresent()) {
            process.get().destroyForcibly().waitFor();
            process = Optional.empty();
        }
    }
}
