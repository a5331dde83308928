package dev.pando.cli;

import dev.pando.cluster.discovery.DiscoveryStrategy;
import dev.pando.cluster.discovery.DnsPoll;
import dev.pando.cluster.discovery.Endpoint;
import dev.pando.cluster.discovery.Gossip;
import dev.pando.cluster.discovery.HostsFile;
import dev.pando.cluster.discovery.KubernetesDns;
import dev.pando.cluster.discovery.KubernetesDnsSrv;
import dev.pando.cluster.discovery.LocalPorts;
import dev.pando.cluster.discovery.StaticHosts;
import dev.pando.cluster.discovery.Topology;
import dev.pando.kubernetes.Kubernetes;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// The topologies of a configuration file, with the names that libcluster gives to strategies and their options.
final class TopologyFile {

    private static final String PREFIX = "Cluster.Strategy.";

    private static final Map<String, Function<Options, DiscoveryStrategy>> STRATEGIES = new TreeMap<>(Map.of(
            "Epmd", TopologyFile::staticHosts,
            "LocalEpmd", TopologyFile::localPorts,
            "ErlangHosts", TopologyFile::hostsFile,
            "Gossip", TopologyFile::gossip,
            "DNSPoll", TopologyFile::dnsPoll,
            "Kubernetes", TopologyFile::kubernetes,
            "Kubernetes.DNS", TopologyFile::kubernetesDns,
            "Kubernetes.DNSSRV", TopologyFile::kubernetesDnsSrv));

    private TopologyFile() {}

    static List<Topology> read(Options block) {
        List<Topology> found = new ArrayList<>();
        block.blocks().forEach((name, options) -> found.add(topology(name, options)));
        return found;
    }

    private static Topology topology(String name, Options options) {
        String given = options.text("strategy");
        String called = given.startsWith(PREFIX) ? given.substring(PREFIX.length()) : given;
        Function<Options, DiscoveryStrategy> strategy = STRATEGIES.get(called);
        if (strategy == null) {
            throw new UsageException(options.path() + ".strategy: '" + given + "' is none of " + STRATEGIES.keySet());
        }
        Topology plain = checked(options, () -> Topology.of(name, strategy(options, strategy)));
        Topology topology = checked(
                options,
                () -> plain.lookup(options.time("lookup", plain.lookup()))
                        .connect(options.time("connect", plain.connect()))
                        .misses(options.number("misses", plain.misses())));
        options.end();
        return topology;
    }

    private static DiscoveryStrategy strategy(Options options, Function<Options, DiscoveryStrategy> strategy) {
        Options config = options.block("config").orElseGet(() -> Options.none(options.path() + ".config"));
        DiscoveryStrategy made = checked(config, () -> strategy.apply(config));
        config.end();
        return made;
    }

    /// A record refuses an option by its name; the file's user wants to know which block it is in.
    private static <T> T checked(Options options, Supplier<T> made) {
        try {
            return made.get();
        } catch (IllegalArgumentException e) {
            throw new UsageException(options.path() + ": " + e.getMessage(), e);
        }
    }

    private static DiscoveryStrategy staticHosts(Options options) {
        StaticHosts hosts = StaticHosts.of(options.texts("hosts").toArray(String[]::new));
        return hosts.timeout(options.time("timeout", hosts.timeout()));
    }

    private static DiscoveryStrategy localPorts(Options options) {
        LocalPorts ports = LocalPorts.of();
        return ports.ports(options.number("from", ports.from()), options.number("to", ports.to()))
                .interval(options.time("timeout", ports.interval()));
    }

    private static DiscoveryStrategy hostsFile(Options options) {
        HostsFile file = HostsFile.of(Path.of(options.text("file")));
        return file.interval(options.time("timeout", file.interval()));
    }

    private static DiscoveryStrategy gossip(Options options) {
        Gossip plain = Gossip.of();
        return new Gossip(
                options.number("port", plain.port()),
                options.text("if_addr", plain.ifAddr()),
                options.text("multicast_addr", plain.multicastAddr()),
                options.optionalText("multicast_if"),
                options.number("multicast_ttl", plain.multicastTtl()),
                options.flag("broadcast_only", plain.broadcastOnly()),
                options.optionalText("secret"));
    }

    private static DiscoveryStrategy dnsPoll(Options options) {
        DnsPoll plain = DnsPoll.of(options.text("query"));
        return new DnsPoll(
                plain.query(),
                options.optionalText("node_basename"),
                options.time("polling_interval", plain.pollingInterval()),
                options.number("port", plain.port()),
                resolver(options));
    }

    private static DiscoveryStrategy kubernetes(Options options) {
        Kubernetes plain = Kubernetes.of(options.text("kubernetes_node_basename"), options.text("kubernetes_selector"));
        return new Kubernetes(
                plain.nodeBasename(),
                plain.selector(),
                options.optionalText("kubernetes_namespace"),
                options.oneOf("mode", Kubernetes.Mode.class, plain.mode()),
                options.oneOf("kubernetes_ip_lookup_mode", Kubernetes.IpLookupMode.class, plain.ipLookupMode()),
                options.optionalText("kubernetes_service_name"),
                options.text("kubernetes_cluster_name", plain.clusterName()),
                options.optionalText("kubernetes_master").map(TopologyFile::https),
                options.optionalText("kubernetes_service_account_path")
                        .map(Path::of)
                        .orElse(plain.serviceAccountPath()),
                options.flag("kubernetes_use_cached_resources", plain.useCachedResources()),
                options.time("polling_interval", plain.pollingInterval()),
                options.number("port", plain.port()),
                options.flag("not_ready_addresses", plain.notReadyAddresses()));
    }

    /// libcluster's users give a host alone.
    private static URI https(String master) {
        return URI.create(master.contains("://") ? master : "https://" + master);
    }

    private static DiscoveryStrategy kubernetesDns(Options options) {
        KubernetesDns plain = KubernetesDns.of(options.text("service"));
        return new KubernetesDns(
                plain.service(),
                options.optionalText("application_name"),
                // The second as the guide has it.
                options.optionalText("namespace").or(() -> options.optionalText("kubernetes_namespace")),
                options.text("cluster_domain", plain.clusterDomain()),
                options.time("polling_interval", plain.pollingInterval()),
                options.number("port", plain.port()),
                resolver(options));
    }

    private static DiscoveryStrategy kubernetesDnsSrv(Options options) {
        KubernetesDnsSrv plain = KubernetesDnsSrv.of(options.text("service"), options.text("namespace"));
        return new KubernetesDnsSrv(
                plain.service(),
                plain.namespace(),
                options.optionalText("application_name"),
                options.text("cluster_domain", plain.clusterDomain()),
                options.time("polling_interval", plain.pollingInterval()),
                resolver(options));
    }

    /// A server of names at another port than 53 is `host:port`.
    private static Optional<InetSocketAddress> resolver(Options options) {
        return options.optionalText("resolver").map(text -> {
            Endpoint server = Endpoint.parse("resolver", text.matches(".*:\\d+") ? text : text + ":53");
            return new InetSocketAddress(server.host(), server.port());
        });
    }
}
