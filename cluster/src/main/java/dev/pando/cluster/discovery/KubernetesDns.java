package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.xbill.DNS.Name;

/// Finds the pods of a headless service by its name in the cluster's DNS, A and AAAA. As
/// libcluster's `Kubernetes.DNS`, and without access to the Kubernetes API.
///
/// The service needs `clusterIP: None`, and `publishNotReadyAddresses: true` when pods become
/// ready only in a cluster: else they wait for each other. What counts as an answer is as for
/// [DnsPoll].
///
/// @param service its name; without a namespace also a longer one, which is looked up as the query
///     of [DnsPoll]
/// @param applicationName what libcluster puts before the `@`; read for its sake and not used,
///     since nodes tell their names when they are connected to
/// @param namespace the service's; when empty, the pod's own, from the system's search list
/// @param clusterDomain what names end with in this Kubernetes; without a namespace it is not used
/// @param pollingInterval how long after an answer the next question follows
/// @param port where all nodes listen, 1 to 65,535
/// @param server whom to ask; the system's servers when empty, as they are configured at that time
public record KubernetesDns(
        String service,
        Optional<String> applicationName,
        Optional<String> namespace,
        String clusterDomain,
        Duration pollingInterval,
        int port,
        Optional<InetSocketAddress> server)
        implements DiscoveryStrategy {

    public KubernetesDns {
        DnsOptions.name("service", service);
        DnsOptions.requireBasename("applicationName", applicationName);
        namespace.ifPresent(one -> {
            DnsOptions.requireLabel("service", service);
            DnsOptions.requireLabel("namespace", one);
        });
        clusterDomain = DnsOptions.clusterDomain(clusterDomain);
        DnsOptions.requireInterval(pollingInterval);
        DnsOptions.requirePort(port);
        DnsOptions.requireServer(server);
        name(service, namespace, clusterDomain);
    }

    /// Asks the system's servers every 5 seconds for nodes on [Endpoint#PORT]. The cluster's
    /// domain is read now, from the environment's `CLUSTER_DOMAIN`; `cluster.local` when there is
    /// none.
    public static KubernetesDns of(String service) {
        return new KubernetesDns(
                service,
                Optional.empty(),
                Optional.empty(),
                DnsOptions.clusterDomainOr(System.getenv("CLUSTER_DOMAIN")),
                DnsOptions.POLLING_INTERVAL,
                Endpoint.PORT,
                Optional.empty());
    }

    public KubernetesDns applicationName(String applicationName) {
        return new KubernetesDns(
                service, Optional.of(applicationName), namespace, clusterDomain, pollingInterval, port, server);
    }

    public KubernetesDns namespace(String namespace) {
        return new KubernetesDns(
                service, applicationName, Optional.of(namespace), clusterDomain, pollingInterval, port, server);
    }

    public KubernetesDns clusterDomain(String clusterDomain) {
        return new KubernetesDns(service, applicationName, namespace, clusterDomain, pollingInterval, port, server);
    }

    public KubernetesDns pollingInterval(Duration pollingInterval) {
        return new KubernetesDns(service, applicationName, namespace, clusterDomain, pollingInterval, port, server);
    }

    public KubernetesDns port(int port) {
        return new KubernetesDns(service, applicationName, namespace, clusterDomain, pollingInterval, port, server);
    }

    public KubernetesDns server(InetSocketAddress server) {
        return new KubernetesDns(
                service, applicationName, namespace, clusterDomain, pollingInterval, port, Optional.of(server));
    }

    private static Name name(String service, Optional<String> namespace, String clusterDomain) {
        return DnsOptions.name(
                "service",
                namespace
                        .map(one -> DnsOptions.inKubernetes(service, one, clusterDomain))
                        .orElse(service));
    }

    @Override
    public String name() {
        return "KubernetesDns";
    }

    @Override
    public Duration interval() {
        return pollingInterval;
    }

    @Override
    public Discovery open(Seat seat) {
        DnsSource source = new DnsSource(
                server,
                "service '" + service + "'",
                "check service and namespace, that the service is headless and selects the pods, and that they are"
                        + " ready or publishNotReadyAddresses is set",
                seat.host().clock());
        return new DnsAddresses(source, name(service, namespace, clusterDomain), port);
    }
}
