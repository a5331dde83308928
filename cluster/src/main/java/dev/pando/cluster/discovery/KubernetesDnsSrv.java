package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/// Finds the pods of a headless service by its SRV records in the cluster's DNS, which tell their
/// ports, too. As libcluster's `Kubernetes.DNSSRV`, and without access to the Kubernetes API.
///
/// Addresses of the records' targets, A and AAAA, come from the server that gave the records. A
/// target without any is left out. For the rest, what counts as an answer is as for [DnsPoll], and
/// the service needs what [KubernetesDns] says, and a port.
///
/// @param service its name. A service with several ports has records for all of them: ask for the
///     one that nodes listen on by `_name._tcp.service`
/// @param namespace the service's
/// @param applicationName what libcluster puts before the `@`; read for its sake and not used,
///     since nodes tell their names when they are connected to
/// @param clusterDomain what names end with in this Kubernetes
/// @param pollingInterval how long after an answer the next question follows
/// @param server whom to ask; the system's servers when empty, as they are configured at that time
public record KubernetesDnsSrv(
        String service,
        String namespace,
        Optional<String> applicationName,
        String clusterDomain,
        Duration pollingInterval,
        Optional<InetSocketAddress> server)
        implements DiscoveryStrategy {

    public KubernetesDnsSrv {
        DnsOptions.name("service", service);
        DnsOptions.requireLabel("namespace", namespace);
        DnsOptions.requireBasename("applicationName", applicationName);
        clusterDomain = DnsOptions.clusterDomain(clusterDomain);
        DnsOptions.requireInterval(pollingInterval);
        DnsOptions.requireServer(server);
        DnsOptions.name("service", DnsOptions.inKubernetes(service, namespace, clusterDomain));
    }

    /// Asks the system's servers every 5 seconds. The cluster's domain is read now, from the
    /// environment's `CLUSTER_DOMAIN`; `cluster.local` when there is none.
    public static KubernetesDnsSrv of(String service, String namespace) {
        return new KubernetesDnsSrv(
                service,
                namespace,
                Optional.empty(),
                DnsOptions.clusterDomainOr(System.getenv("CLUSTER_DOMAIN")),
                DnsOptions.POLLING_INTERVAL,
                Optional.empty());
    }

    public KubernetesDnsSrv applicationName(String applicationName) {
        return new KubernetesDnsSrv(
                service, namespace, Optional.of(applicationName), clusterDomain, pollingInterval, server);
    }

    public KubernetesDnsSrv clusterDomain(String clusterDomain) {
        return new KubernetesDnsSrv(service, namespace, applicationName, clusterDomain, pollingInterval, server);
    }

    public KubernetesDnsSrv pollingInterval(Duration pollingInterval) {
        return new KubernetesDnsSrv(service, namespace, applicationName, clusterDomain, pollingInterval, server);
    }

    public KubernetesDnsSrv server(InetSocketAddress server) {
        return new KubernetesDnsSrv(
                service, namespace, applicationName, clusterDomain, pollingInterval, Optional.of(server));
    }

    @Override
    public String name() {
        return "KubernetesDnsSrv";
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
                "check service and namespace, that the service is headless, has a port and selects the pods, and that"
                        + " they are ready or publishNotReadyAddresses is set",
                seat.host().clock());
        return new DnsServices(
                source, DnsOptions.name("service", DnsOptions.inKubernetes(service, namespace, clusterDomain)));
    }
}
