package dev.pando.kubernetes;

import static dev.pando.kubernetes.ApiServer.endpoint;
import static dev.pando.kubernetes.ApiServer.pod;
import static dev.pando.kubernetes.ApiServer.podAt;
import static dev.pando.kubernetes.ApiServer.slice;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.PODS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.discovery.Discovery;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the API server tells without being asked.
final class WatchTest {

    private static ApiServer server;

    @TempDir
    private Path folder;

    private Seats seats;

    @BeforeAll
    static void start() {
        server = ApiServer.http();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        server.reset();
        seats = new Seats(folder);
    }

    @AfterEach
    void close() {
        seats.close();
    }

    /// A discovery of pods that has found one, and watches.
    private Discovery watching() throws Exception {
        server.create(podAt("a", "10.0.0.1"));
        Discovery discovery = seats.open(seats.strategy(server).ipLookupMode(PODS));
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800");
        server.awaitWatch();
        return discovery;
    }

    @Test
    void aPodThatComesOrGoesCallsChanged() throws Exception {
        Discovery discovery = watching();

        server.create(podAt("b", "10.0.0.2"));

        seats.awaitChange();
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800", "10.0.0.2:7800");

        server.delete(podAt("a", "10.0.0.1"));

        seats.awaitChange();
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.2:7800");
    }

    @Test
    void aPodThatBecomesReadyCallsChanged() throws Exception {
        server.create(slice(endpoint("a", "10.0.0.1")
                .editConditions()
                .withReady(false)
                .endConditions()
                .build()));
        Discovery discovery = seats.open(seats.strategy(server));
        assertThat(Seats.found(discovery)).isEmpty();
        server.awaitWatch();

        server.update(slice(endpoint("a", "10.0.0.1").build()));

        seats.awaitChange();
        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800");
    }

    @Test
    void whatChangesNoAddressCallsNobody() throws Exception {
        Discovery discovery = watching();

        server.update(pod("a", "10.0.0.1")
                .editMetadata()
                .addToAnnotations("seen", "yes")
                .endMetadata()
                .build());
        server.create(podAt("b", "10.0.0.2"));

        seats.awaitChange();
        assertThat(seats.changes()).isZero();
        assertThat(Seats.found(discovery)).hasSize(2);
    }

    @Test
    void aWatchThatDropsComesBack() throws Exception {
        Discovery discovery = watching();

        server.dropWatches();
        server.awaitWatch();
        server.create(podAt("b", "10.0.0.2"));
        seats.awaitChange();
        assertThat(Seats.found(discovery)).hasSize(2);
        seats.changes();

        server.create(podAt("c", "10.0.0.3"));

        seats.awaitChange();
        assertThat(Seats.found(discovery)).hasSize(3);
    }

    @Test
    void aWatchThatTheServerEndsIsOpenedAnewAndMayHaveMissedAChange() throws Exception {
        Discovery discovery = watching();

        server.endWatches(410, "too old resource version");

        server.awaitWatch();
        seats.awaitChange();
        assertThat(Seats.found(discovery)).hasSize(1);
    }

    @Test
    void aWatchThatIsForbiddenIsNoFailure() throws Exception {
        server.failWatches(403, "forbidden");
        server.create(podAt("a", "10.0.0.1"));
        Discovery discovery = seats.open(seats.strategy(server).ipLookupMode(PODS));
        assertThat(Seats.found(discovery)).hasSize(1);

        server.create(podAt("b", "10.0.0.2"));
        assertThat(Seats.found(discovery)).hasSize(2);

        server.repair();
        server.awaitWatch();
    }

    @Test
    void afterCloseNobodyIsCalled() throws Exception {
        watching().close();

        server.create(podAt("b", "10.0.0.2"));

        assertThat(seats.changes()).isZero();
    }
}
