package dev.pando.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.cluster.Tls;
import dev.pando.core.Application;
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

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "node1, or node1@host.")
    String name = "";

    @Option(names = "--listen", paramLabel = "HOST:PORT", description = "Default: " + LISTEN + ".")
    String listen = LISTEN;

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

    @Option(names = "--cluster", paramLabel = "NAME", description = "Default: pando.")
    String cluster = "pando";

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
        ClusterConfig config = config();
        Node node = node();
        try {
            Cluster joined = join(node, config);
            out.println(node.name() + " listens on " + config.host() + ":" + config.port());
            out.flush();
            Pid watch = node.start(new NodeWatch(joined, out));
            if (shell) {
                return NodeShell.run(joined);
            }
            return Application.of(node, Supervisor.of(Strategy.ONE_FOR_ONE))
                    .beforeStop(() -> joined.demonitorNodes(watch))
                    .run();
        } finally {
            node.close();
        }
    }

    private ClusterConfig config() {
        try {
            ClusterConfig config =
                    listening(secured(ClusterConfig.of(cluster))).hosts(connect).insecure(insecure);
            for (Map.Entry<String, String> label : labels.entrySet()) {
                config = config.label(label.getKey(), label.getValue());
            }
            return cookieFile == null ? config : config.cookie(Cookie.ofFile(cookieFile));
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new UsageException(e);
        }
    }

    private ClusterConfig listening(ClusterConfig config) {
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,9}")) {
            throw new UsageException("--listen: '" + listen + "' is not HOST:PORT, such as " + LISTEN);
        }
        return config.listen(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
    }

    private ClusterConfig secured(ClusterConfig config) {
        Identity given = identity;
        return given == null ? config : config.tls(Tls.pem(given.certificate, given.key, given.ca));
    }

    private Node node() {
        try {
            return Node.start(name, Protocols.of(Say.class));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--name: " + e.getMessage(), e);
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
