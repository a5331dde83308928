package dev.pando.kubernetes;

import static dev.pando.kubernetes.ApiServer.podAt;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.discovery.Discovery;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whom the API server takes us for, and whom we take for it.
final class TrustTest {

    private static ApiServer server;

    @TempDir
    private Path folder;

    private Seats seats;

    @BeforeAll
    static void start() {
        server = ApiServer.https();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() throws IOException {
        server.reset();
        seats = new Seats(folder);
        server.create(podAt("a", "10.0.0.1"));
    }

    @AfterEach
    void close() {
        seats.close();
    }

    private Kubernetes strategy() {
        return seats.strategy(server).ipLookupMode(PODS);
    }

    private String lastToken() {
        return server.requests().stream()
                .filter(request -> !request.getPath().contains("watch=true"))
                .map((RecordedRequest request) -> String.valueOf(request.getHeader("Authorization")))
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    @Test
    void aServerThatNobodyVouchesForIsNotBelieved() throws IOException {
        Files.writeString(folder.resolve("token"), "secret");

        assertThatThrownBy(() -> seats.found(strategy()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the server is not trusted")
                .hasMessageContaining(folder.resolve("ca.crt").toString());
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theTokenIsReadAgainForEachRequest() throws Exception {
        Files.copy(Path.of(server.certificatePath()), folder.resolve("ca.crt"));
        Files.writeString(folder.resolve("token"), "first\n");
        Discovery discovery = seats.open(strategy());

        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800");
        assertThat(lastToken()).isEqualTo("Bearer first");

        Files.writeString(folder.resolve("token"), "second\n");

        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800");
        assertThat(lastToken()).isEqualTo("Bearer second");
    }
}
