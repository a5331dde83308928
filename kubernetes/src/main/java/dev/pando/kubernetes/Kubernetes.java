package dev.pando.kubernetes;

import dev.pando.cluster.discovery.Discovery;
import dev.pando.cluster.discovery.DiscoveryStrategy;
import dev.pando.cluster.discovery.Endpoint;
import dev.pando.core.NodeName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds nodes by asking the Kubernetes API for the pods behind a service, or for pods by their
/// labels.
///
/// It asks at each polling interval, and once it has an answer it also watches, so that a pod
/// that comes or goes is known at once. A watch that breaks is opened again; while there is none,
/// polling goes on.
///
/// The service account of the pod needs a Role that lets it `list` and `watch` what is looked up;
/// the message says which when it may not. Addresses come from EndpointSlices, the successor of
/// the Endpoints API, which Kubernetes deprecates since 1.33. Pods that are terminating, have
/// failed or have ended are left out.
///
/// **Readiness.** By default only ready pods are found in a service. When a pod is ready only
/// once it has joined the cluster, the first pods wait for each other for ever. Then set
/// `notReadyAddresses`, or `publishNotReadyAddresses` in the service, or look up
/// [IpLookupMode#PODS], which takes pods ready or not.
///
/// **Addresses.** A pod that has an IPv4 and an IPv6 address is answered once: with the kind that
/// this node listens on, and with IPv4 when that is a name.
///
/// @param nodeBasename the part before the `@` that nodes of the cluster share. Addresses do not
///     depend on it; a node with another name is warned
/// @param selector a label selector, such as `app=pando`. In [IpLookupMode#ENDPOINTS] it is
///     matched with labels of the service, in [IpLookupMode#PODS] with those of pods
/// @param namespace where to look; the pod's own when empty
/// @param mode how a pod is addressed
/// @param ipLookupMode what is looked up
/// @param serviceName the headless service that is in names of [Mode#HOSTNAME], and only needed
///     there
/// @param clusterName names end in it and `.local`
/// @param master the API server; that of the pod's own cluster when empty. Over `http`, as to
///     `kubectl proxy`, no token is sent
/// @param serviceAccountPath the folder with `token`, `namespace` and `ca.crt`. Without `ca.crt`
///     the server is checked against the JVM's own certificates; it is never left unchecked
/// @param useCachedResources takes an answer from the API server's memory, which may be a little
///     old but spares etcd
/// @param pollingInterval how long after an answer it is asked again
/// @param port where the nodes listen
/// @param notReadyAddresses takes pods behind the service that are not ready, too
public record Kubernetes(
        String nodeBasename,
        String selector,
        Optional<String> namespace,
        Mode mode,
        IpLookupMode ipLookupMode,
        Optional<String> serviceName,
        String clusterName,
        Optional<URI> master,
        Path serviceAccountPath,
        boolean useCachedResources,
        Duration pollingInterval,
        int port,
        boolean notReadyAddresses)
        implements DiscoveryStrategy {

    private static final Logger log = LoggerFactory.getLogger(Kubernetes.class);
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
    private static final int PORT_MAX = 65_535;

    /// How a pod is addressed. It shapes the address only: all modes ask the API.
    public enum Mode {
        /// By its IP address.
        IP,
        /// As `10-0-0-1.namespace.pod.cluster.local`.
        DNS,
        /// As `host.service.namespace.svc.cluster.local`; pods of a StatefulSet have such names.
        HOSTNAME
    }

    /// What is looked up.
    public enum IpLookupMode {
        /// The pods behind services, in EndpointSlices.
        ENDPOINTS("discovery.k8s.io", "endpointslices"),
        /// Pods themselves, ready or not.
        PODS("", "pods");

        /// As a Role names them.
        final String apiGroup;

        final String resource;

        IpLookupMode(String apiGroup, String resource) {
            this.apiGroup = apiGroup;
            this.resource = resource;
        }
    }

    public Kubernetes {
        if (!isNodeName(nodeBasename)) {
            throw new IllegalArgumentException("nodeBasename: '" + nodeBasename
                    + "' is not a node's name; use 1 to 64 of the characters a-z A-Z 0-9 _ - .");
        }
        if (selector.isBlank()) {
            throw new IllegalArgumentException("selector: is blank; give labels of the service, such as app=pando");
        }
        namespace.ifPresent(name -> check("namespace", name, LABEL));
        serviceName.ifPresent(name -> check("serviceName", name, LABEL));
        if (mode == Mode.HOSTNAME && serviceName.isEmpty()) {
            throw new IllegalArgumentException(
                    "serviceName: is missing; give it before mode HOSTNAME, whose names have the headless service in"
                            + " them");
        }
        check("clusterName", clusterName, DOMAIN);
        master.ifPresent(Kubernetes::checkMaster);
        if (!pollingInterval.isPositive()) {
            throw new IllegalArgumentException(
                    "pollingInterval: " + pollingInterval + " is not positive; give one such as PT5S");
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
    }

    /// Pods behind the services with these labels in the pod's own namespace, by their IP
    /// address.
    public static Kubernetes of(String nodeBasename, String selector) {
        return new Kubernetes(
                nodeBasename,
                selector,
                Optional.empty(),
                Mode.IP,
                IpLookupMode.ENDPOINTS,
                Optional.empty(),
                "cluster",
                Optional.empty(),
                SERVICE_ACCOUNT,
                false,
                Duration.ofSeconds(5),
                Endpoint.PORT,
                false);
    }

    public Kubernetes namespace(String namespace) {
        return new Kubernetes(
                nodeBasename,
                selector,
                Optional.of(namespace),
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes mode(Mode mode) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes ipLookupMode(IpLookupMode ipLookupMode) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes serviceName(String serviceName) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                Optional.of(serviceName),
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes clusterName(String clusterName) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes master(URI master) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                Optional.of(master),
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes serviceAccountPath(Path serviceAccountPath) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes useCachedResources(boolean useCachedResources) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes pollingInterval(Duration pollingInterval) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes port(int port) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    public Kubernetes notReadyAddresses(boolean notReadyAddresses) {
        return new Kubernetes(
                nodeBasename,
                selector,
                namespace,
                mode,
                ipLookupMode,
                serviceName,
                clusterName,
                master,
                serviceAccountPath,
                useCachedResources,
                pollingInterval,
                port,
                notReadyAddresses);
    }

    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public Duration interval() {
        return pollingInterval;
    }

    /// Asks nothing yet.
    ///
    /// @throws IOException when a file of the service account is needed and cannot be read
    @Override
    public Discovery open(Seat seat) throws IOException {
        if (!seat.node().name().equals(nodeBasename)) {
            log.warn("this node is {}, while nodeBasename is {}", seat.node(), nodeBasename);
        }
        Api api = Api.of(this, System.getenv());
        return switch (ipLookupMode) {
            case ENDPOINTS -> new KubernetesDiscovery<>(this, seat, api, Source.slices(api, notReadyAddresses));
            case PODS -> new KubernetesDiscovery<>(this, seat, api, Source.pods(api));
        };
    }

    /// Empty when the pod has no name of the mode's kind.
    Optional<String> host(Member member, String namespace) {
        return switch (mode) {
            case IP -> Optional.of(member.address());
            case DNS -> Optional.of(member.dashed() + "." + namespace + ".pod." + clusterName + ".local");
            case HOSTNAME ->
                member.hostname()
                        .map(host -> host + "." + serviceName.orElseThrow() + "." + namespace + ".svc." + clusterName
                                + ".local");
        };
    }

    private static boolean isNodeName(String name) {
        try {
            return new NodeName(name, "localhost").name().equals(name);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void check(String option, String value, Pattern allowed) {
        if (!allowed.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    option + ": '" + value + "' is not a name of Kubernetes; it has to match " + allowed.pattern());
        }
    }

    private static void checkMaster(URI master) {
        boolean http = "https".equals(master.getScheme()) || "http".equals(master.getScheme());
        if (!http || master.getHost() == null) {
            throw new IllegalArgumentException(
                    "master: " + master + " is not the address of an API server, such as https://10.0.0.1:6443");
        }
    }
}
