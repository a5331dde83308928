package dev.pando.kubernetes;

import static dev.pando.kubernetes.ApiServer.podAt;
import static dev.pando.kubernetes.Kubernetes.IpLookupMode.PODS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.discovery.Discovery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said when there is no answer: what was asked, where, and what to do.
final class FailuresTest {

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

    private AbstractThrowableAssert<?, ?> failed(Kubernetes strategy) {
        return assertThatThrownBy(() -> seats.found(strategy))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot list ")
                .hasMessageContaining(" in namespace shop at "
                        + strategy.master().orElseThrow().toString());
    }

    @Test
    void forbiddenSaysWhichRuleIsNeeded() {
        server.fail(
                403,
                "endpointslices.discovery.k8s.io is forbidden: User \"system:serviceaccount:shop:pando\" cannot list"
                        + " resource \"endpointslices\" in API group \"discovery.k8s.io\" in the namespace \"shop\"");

        failed(seats.strategy(server))
                .hasMessageContaining("list endpointslices")
                .hasMessageContaining("system:serviceaccount:shop:pando may not")
                .hasMessageContaining("Role in namespace shop with apiGroups [\"discovery.k8s.io\"], resources"
                        + " [\"endpointslices\"], verbs [\"list\", \"watch\"]");
    }

    @Test
    void forbiddenPodsNeedAnotherRule() {
        server.fail(403, "forbidden");

        failed(seats.strategy(server).ipLookupMode(PODS))
                .hasMessageContaining("the service account of this pod may not")
                .hasMessageContaining("apiGroups [\"\"], resources [\"pods\"], verbs [\"list\", \"watch\"]");
    }

    @Test
    void whoIsNotKnownIsToldOfTheToken() throws IOException {
        server.fail(401, "Unauthorized");
        failed(seats.strategy(server)).hasMessageContaining("there is no token in " + folder.resolve("token"));

        Files.writeString(folder.resolve("token"), "old");
        failed(seats.strategy(server)).hasMessageContaining("not expired?");
    }

    @Test
    void whatIsNotFoundIsNoEmptyAnswer() {
        server.fail(404, "the server could not find the requested resource");

        failed(seats.strategy(server)).hasMessageContaining("404").hasMessageContaining("is master an API server");
    }

    @Test
    void anErrorOfTheServerIsNoEmptyAnswer() {
        server.fail(500, "etcd has no leader");

        failed(seats.strategy(server)).hasMessageContaining("500").hasMessageContaining("etcd has no leader");
    }

    @Test
    void aServerThatIsBackIsAnsweredAgain() throws Exception {
        server.create(podAt("a", "10.0.0.1"));
        Discovery discovery = seats.open(seats.strategy(server).ipLookupMode(PODS));
        server.fail(500, "etcd has no leader");
        assertThatThrownBy(() -> Seats.found(discovery)).isInstanceOf(IOException.class);

        server.repair();

        assertThat(Seats.found(discovery)).containsExactly("10.0.0.1:7800");
    }

    @Test
    void aSlowAnswerIsNotWaitedForAnyLonger() throws Exception {
        server.delay(10);
        Discovery discovery = seats.open(seats.strategy(server));
        long startNanos = System.nanoTime();

        assertThatThrownBy(() -> discovery.lookup(Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot list endpointslices")
                .hasMessageContaining("no answer after 300 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anInterruptEndsALookup() throws Exception {
        server.delay(10);
        Discovery discovery = seats.open(seats.strategy(server));
        FutureTask<Boolean> interrupted = new FutureTask<>(() -> {
            try {
                discovery.lookup(Seats.TIMEOUT);
                return false;
            } catch (InterruptedException e) {
                return true;
            }
        });
        Thread thread = Thread.ofVirtual().start(interrupted);

        thread.interrupt();

        assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void nobodyListeningIsSaid() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        failed(seats.strategy(server).master(URI.create("http://127.0.0.1:" + port)))
                .hasMessageContaining("there is no connection");
    }

    @Test
    void anUnknownHostIsSaid() {
        failed(seats.strategy(server).master(URI.create("http://nobody.invalid:6443")))
                .hasMessageContaining("the host is unknown");
    }

    @Test
    void outsideOfAPodTheServerHasToBeGiven() {
        Kubernetes inPod = Kubernetes.of("pando", "app=pando").serviceAccountPath(folder);

        assertThatThrownBy(() -> seats.open(inPod))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no token in " + folder.resolve("token"))
                .hasMessageContaining("give master");
    }

    @Test
    void aNamespaceThatIsNotKnownHasToBeGiven() throws IOException {
        Files.delete(folder.resolve("namespace"));

        assertThatThrownBy(() -> seats.open(seats.strategy(server)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("namespace: none is given")
                .hasMessageContaining(folder.resolve("namespace").toString());
    }
}
