package dev.pando.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.discovery.Discovery;
import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import dev.pando.cluster.discovery.Endpoint;
import dev.pando.core.NodeName;
import dev.pando.core.spi.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The nodes that look, and the folder of their service account.
final class Seats implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final Host host = Host.jvm();
    private final Semaphore changes = new Semaphore(0);
    private final List<Discovery> open = new ArrayList<>();
    private final Path folder;

    Seats(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("namespace"), ApiServer.NAMESPACE);
    }

    Kubernetes strategy(ApiServer server) {
        return Kubernetes.of("pando", "app=pando").master(server.master()).serviceAccountPath(folder);
    }

    Discovery open(Kubernetes strategy) throws IOException {
        return open(strategy, "10.0.0.1");
    }

    Discovery open(Kubernetes strategy, String listens) throws IOException {
        Discovery discovery = strategy.open(new Seat(
                new NodeName("pando", "10.0.0.1"), new Endpoint(listens, Endpoint.PORT), host, changes::release));
        open.add(discovery);
        return discovery;
    }

    /// What one lookup finds.
    List<String> found(Kubernetes strategy) throws Exception {
        return found(open(strategy));
    }

    static List<String> found(Discovery discovery) throws Exception {
        return discovery.lookup(TIMEOUT).stream().map(Endpoint::toString).toList();
    }

    void awaitChange() throws InterruptedException {
        assertThat(changes.tryAcquire(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                .as("changed is called")
                .isTrue();
    }

    /// How often it was called and not waited for; forgotten with that.
    int changes() {
        return changes.drainPermits();
    }

    @Override
    public void close() {
        open.forEach(Discovery::close);
        host.scheduler().close();
    }
}
