package dev.pando.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.fabric8.mockwebserver.http.Response;
import io.fabric8.mockwebserver.http.WebSocket;
import io.fabric8.mockwebserver.http.WebSocketListener;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// An API server that keeps objects in memory and tells of their changes, with faults on demand.
final class ApiServer implements AutoCloseable {

    static final String NAMESPACE = "shop";

    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final int DEADLINE_SECONDS = 60;

    private final KubernetesCrudDispatcher objects = new KubernetesCrudDispatcher();
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<WebSocket> watches = new CopyOnWriteArrayList<>();
    /// What is left to be done about watches that have ended. The mock ends the sender of such a watch
    /// first and takes the watch out afterwards; a write in between finds it, fails, and is never
    /// answered. So it waits until nobody writes.
    private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();

    private final Semaphore opened = new Semaphore(0);
    private final KubernetesMockServer server;
    private final KubernetesClient admin;

    private volatile UnaryOperator<MockResponse> lists = UnaryOperator.identity();
    private volatile UnaryOperator<MockResponse> watching = UnaryOperator.identity();

    /// Answers as the objects and faults say.
    private final class Desk extends Dispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            if (!request.getMethod().equals("GET")) {
                return objects.dispatch(request);
            }
            requests.add(request);
            MockResponse answer = objects.dispatch(request);
            WebSocketListener watch = answer.getWebSocketListener();
            return watch == null
                    ? lists.apply(answer)
                    : watching.apply(answer.withWebSocketUpgrade(new Listened(watch)));
        }
    }

    /// A watch that can be broken.
    private final class Listened extends WebSocketListener {
        private final WebSocketListener watch;

        private Listened(WebSocketListener watch) {
            this.watch = watch;
        }

        @Override
        public void onBeforeAccept(WebSocket socket, Response response) {
            watch.onBeforeAccept(socket, response);
        }

        @Override
        public void onOpen(WebSocket socket, Response response) {
            watch.onOpen(socket, response);
            watches.add(socket);
            opened.release();
        }

        @Override
        public void onClosing(WebSocket socket, int code, String reason) {
            watch.onClosing(socket, code, reason);
        }

        @Override
        public void onClosed(WebSocket socket, int code, String reason) {
            watches.remove(socket);
            ended.add(() -> watch.onClosed(socket, code, reason));
        }

        @Override
        public void onFailure(WebSocket socket, Throwable error, Response response) {
            watches.remove(socket);
            ended.add(() -> watch.onFailure(socket, error, response));
        }
    }

    private ApiServer(boolean https) {
        MockWebServer web = new MockWebServer();
        server = new KubernetesMockServer(web, new HashMap<>(), https);
        web.setDispatcher(new Desk());
        server.start();
        admin = server.createClient(new JdkHttpClientFactory());
    }

    static ApiServer http() {
        return new ApiServer(false);
    }

    static ApiServer https() {
        return new ApiServer(true);
    }

    URI master() {
        return URI.create(server.url("/"));
    }

    /// In PEM.
    String certificatePath() {
        return server.getSelfSignedCertificate().certificatePath();
    }

    void create(HasMetadata... created) {
        create(NAMESPACE, created);
    }

    void create(String namespace, HasMetadata... created) {
        for (HasMetadata object : created) {
            admin.resource(object).inNamespace(namespace).create();
        }
    }

    void update(HasMetadata object) {
        admin.resource(object).inNamespace(NAMESPACE).update();
    }

    void delete(HasMetadata object) {
        admin.resource(object).inNamespace(NAMESPACE).delete();
    }

    /// What was read so far.
    List<RecordedRequest> requests() {
        return requests;
    }

    void fail(int code, String message) {
        lists = _ -> answer(code, message);
    }

    void failWatches(int code, String message) {
        watching = _ -> answer(code, message);
    }

    void delay(int seconds) {
        lists = answer -> answer.setBodyDelay(seconds, TimeUnit.SECONDS);
    }

    void repair() {
        lists = UnaryOperator.identity();
        watching = UnaryOperator.identity();
    }

    /// Waits for one more watch than before.
    void awaitWatch() throws InterruptedException {
        assertThat(opened.tryAcquire(DEADLINE_SECONDS, TimeUnit.SECONDS))
                .as("a watch is opened")
                .isTrue();
    }

    void dropWatches() {
        watches.forEach(watch -> watch.close(1001, "going away"));
    }

    void endWatches(int code, String message) {
        String event = "{\"type\":\"ERROR\",\"object\":" + status(code, message) + "}";
        watches.forEach(watch -> watch.send(event));
    }

    /// Begins anew. Not to be called while somebody writes.
    void reset() {
        repair();
        takeOutEnded();
        objects.reset();
        requests.clear();
        opened.drainPermits();
    }

    @Override
    public void close() {
        admin.close();
        takeOutEnded();
        server.shutdown();
    }

    private void takeOutEnded() {
        for (Runnable rest = ended.poll(); rest != null; rest = ended.poll()) {
            rest.run();
        }
    }

    /// A pod that runs, with the label that all tests look for.
    static PodBuilder pod(String name, String... ips) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "pando")
                .endMetadata()
                .withNewSpec()
                .withHostname(name)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(ips[0])
                .withPodIPs(Arrays.stream(ips).map(PodIP::new).toList())
                .endStatus();
    }

    static Pod podAt(String name, String ip) {
        return pod(name, ip).build();
    }

    static EndpointSlice slice(String name, String addressType, Endpoint... endpoints) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("app", "pando")
                .endMetadata()
                .withAddressType(addressType)
                .withEndpoints(endpoints)
                .build();
    }

    static EndpointSlice slice(Endpoint... endpoints) {
        return slice("pando-1", "IPv4", endpoints);
    }

    /// A pod behind a service, ready.
    static EndpointBuilder endpoint(String pod, String address) {
        return new EndpointBuilder()
                .withAddresses(address)
                .withHostname(pod)
                .withNewConditions()
                .withReady(true)
                .withServing(true)
                .withTerminating(false)
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withName(pod)
                .endTargetRef();
    }

    private static MockResponse answer(int code, String message) {
        return new MockResponse().setResponseCode(code).setBody(status(code, message));
    }

    private static String status(int code, String message) {
        Status status = new StatusBuilder()
                .withStatus("Failure")
                .withCode(code)
                .withMessage(message)
                .build();
        return JSON.asJson(status);
    }
}
