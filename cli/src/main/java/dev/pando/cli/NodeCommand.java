package dev.pando.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.Tls;
import dev.pando.cluster.discovery.Topologies;
import dev.pando.core.Application;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pando node`.
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts one node, in this terminal. It says which nodes come and go; SIGTERM and Ctrl-C stop it in order.",
            "With --shell it is at hand in a JShell: node, cluster, and all of dev.pando.core and dev.pando.cluster."
        })
final class NodeCommand implements Callable<Integer> {

    private static final String LISTEN = "127.0.0.1:7800";
    private static final String CLUSTER = "pando";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A file in HOCON with these options and topologies, which find other nodes. What is given here"
                            + " counts more. See docs/discovery.md.")
    @Nullable
    Path configFile;

    @Option(names = "--name", paramLabel = "NAME", description = "node1, or node1@host.")
    @Nullable
    String name;

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Default: " + LISTEN + ".")
    @Nullable
    String listen;

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT",
            arity = "1..*",
            description = "Nodes to form a cluster with; one of them is enough.")
    List<String> connect = new ArrayList<>();

    @Option(
            names = "--cookie-file",
            paramLabel = "FILE",
            description = "Holds the secret that all nodes share. Default: ~/.pando/cookie, made when it is missing.")
    @Nullable
    Path cookieFile;

    @Option(names = "--cluster", paramLabel = "NAME", description = "Default: " + CLUSTER + ".")
    @Nullable
    String cluster;

    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description = "What the others may want to know of it, such as region=us-east.")
    Map<String, String> labels = new TreeMap<>();

    @ArgGroup(exclusive = false)
    @Nullable
    Identity identity;

    /// PEM files, which belong together.
    @SuppressWarnings("NullAway.Init") // picocli sets them
    static final class Identity {
        @Option(names = "--tls-cert", required = true, paramLabel = "FILE", description = "The node's certificate.")
        Path certificate;

        @Option(names = "--tls-key", required = true, paramLabel = "FILE", description = "Its private key.")
        Path key;

        @Option(names = "--tls-ca", required = true, paramLabel = "FILE", description = "Who may sign nodes.")
        Path ca;
    }

    @Option(names = "--insecure", description = "Allows an address that other machines reach, without TLS.")
    boolean insecure;

    @Option(names = "--shell", description = "Opens a JShell with the node at hand.")
    boolean shell;

    @Option(names = "--verbose", description = "Logs what the node does, to standard error.")
    boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (verbose && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("dev.pando").setLevel(Level.INFO);
        }
        PrintWriter out = spec.commandLine().getOut();
        NodeFile file = configFile == null ? NodeFile.none() : NodeFile.read(configFile);
        ClusterConfig config = config(file);
        Node node = node(file);
        try {
            Cluster joined = join(node, config);
            ChildSpec topologies = Topologies.of(joined, file.topologies()).childSpec();
            out.println(node.name() + " listens on " + config.host() + ":" + config.port());
            out.flush();
            Pid watch = node.start(new NodeWatch(joined, out));
            if (shell) {
                node.start(topologies.behaviour());
                return NodeShell.run(joined);
            }
            return Application.of(node, Supervisor.of(Strategy.ONE_FOR_ONE, topologies))
                    .beforeStop(() -> joined.demonitorNodes(watch))
                    .run();
        } finally {
            node.close();
        }
    }

    private ClusterConfig config(NodeFile file) {
        try {
            String called = Optional.ofNullable(cluster).or(file::cluster).orElse(CLUSTER);
            ClusterConfig config = listening(file, secured(file, ClusterConfig.of(called)))
                    .hosts(connect.isEmpty() ? file.connect() : connect)
                    .insecure(insecure || file.insecure());
            Map<String, String> all = new TreeMap<>(file.labels());
            all.putAll(labels);
            for (Map.Entry<String, String> label : all.entrySet()) {
                config = config.label(label.getKey(), label.getValue());
            }
            Optional<Path> secret = Optional.ofNullable(cookieFile).or(file::cookieFile);
            return secret.isEmpty() ? config : config.cookie(Cookie.ofFile(secret.get()));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UsageException(e);
        }
    }

    private ClusterConfig listening(NodeFile file, ClusterConfig config) {
        String option = listen == null && file.listen().isPresent() ? "pando.listen" : "--listen";
        String place = Optional.ofNullable(listen).or(file::listen).orElse(LISTEN);
        int colon = place.lastIndexOf(':');
        if (colon < 1 || !place.substring(colon + 1).matches("\\d{1,9}")) {
            throw new UsageException(option + ": '" + place + "' is not HOST:PORT, such as " + LISTEN);
        }
        return config.listen(place.substring(0, colon), Integer.parseInt(place.substring(colon + 1)));
    }

    private ClusterConfig secured(NodeFile file, ClusterConfig config) {
        Optional<NodeFile.Certificates> files = Optional.ofNullable(identity)
                .map(given -> new NodeFile.Certificates(given.certificate, given.key, given.ca))
                .or(file::tls);
        return files.map(given -> config.tls(Tls.pem(given.certificate(), given.key(), given.authority())))
                .orElse(config);
    }

    private Node node(NodeFile file) {
        String called = Optional.ofNullable(name)
                .or(file::name)
                .orElseThrow(
                        () -> new UsageException("--name: is missing; give it here, or as pando.name in --config"));
        try {
            return Node.start(called, Protocols.of(Say.class));
        } catch (IllegalArgumentException e) {
            throw new UsageException((name == null ? "pando.name: " : "--name: ") + e.getMessage(), e);
        }
    }

    private static Cluster join(Node node, ClusterConfig config) {
        try {
            return Cluster.join(node, config);
        } catch (ExitException e) {
            throw new UsageException(e);
        }
    }
}
