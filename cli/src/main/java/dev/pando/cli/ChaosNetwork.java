package dev.pando.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A network of namespaces of this machine: one for each node, and one that holds the bridge between them, so that
/// nothing of it is seen outside. Linux only, and for root.
///
/// Each node knows the hardware addresses of the others, and never asks for them. A direction is cut by giving the
/// sender an address that nobody has: frames vanish, as on a wire that is cut, and neither side is told.
final class ChaosNetwork implements AutoCloseable {

    private static final String PREFIX = "pando-";
    private static final Pattern OURS = Pattern.compile("^" + PREFIX + "(\\d+)-\\w+", Pattern.MULTILINE);
    private static final String NOBODY = "02:00:00:00:00:ff";
    private static final String BRIDGE = "br0";

    private final String run = PREFIX + ProcessHandle.current().pid() + "-";
    private final String hub = run + "switch";
    private final List<Integer> nodes = new ArrayList<>();
    private final int nodesMax;
    private boolean closed;

    /// A network that is not there yet.
    ///
    /// @param nodesMax how many nodes it may have
    ChaosNetwork(int nodesMax) {
        this.nodesMax = nodesMax;
    }

    /// Why there can be no such network here, if so.
    static Optional<String> obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("needs Linux: it cuts real links between network namespaces");
        }
        if (!SystemCommand.attempt("ip", "-V").isDone()) {
            return Optional.of("needs the command 'ip' (Debian: apt-get install iproute2)");
        }
        if (!"0".equals(SystemCommand.attempt("id", "-u").out().strip())) {
            return Optional.of("needs root, for network namespaces; try sudo");
        }
        String probe = PREFIX + ProcessHandle.current().pid() + "-probe";
        SystemCommand made = SystemCommand.attempt("ip", "netns", "add", probe);
        if (!made.isDone()) {
            return Optional.of(
                    "may not make network namespaces here: " + made.out().strip());
        }
        try {
            SystemCommand links = SystemCommand.attempt(
                    "link add " + BRIDGE + " type bridge forward_delay 0\nlink add eth0 type veth peer name port0\n",
                    List.of("ip", "-n", probe, "-batch", "-"));
            return links.isDone()
                    ? Optional.empty()
                    : Optional.of("needs a kernel with bridges and pairs of veth: "
                            + links.out().strip());
        } finally {
            // And what is in it.
            SystemCommand.attempt("ip", "netns", "del", probe);
        }
    }

    /// Removes what runs left behind that could not do so themselves, their stopped processes included.
    static void sweep() {
        Matcher ours = OURS.matcher(SystemCommand.run("ip", "netns", "list"));
        while (ours.find()) {
            if (ProcessHandle.of(Long.parseLong(ours.group(1))).isEmpty()) {
                remove(ours.group());
            }
        }
    }

    private static void remove(String namespace) {
        SystemCommand.attempt("ip", "netns", "pids", namespace)
                .out()
                .lines()
                .map(String::strip)
                .filter(pid -> pid.matches("\\d+"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .forEach(ProcessHandle::destroyForcibly);
        SystemCommand.attempt("ip", "netns", "del", namespace);
    }

    synchronized void open() {
        SystemCommand.run("ip", "netns", "add", hub);
        batch(hub, "link add " + BRIDGE + " type bridge forward_delay 0", "link set " + BRIDGE + " up");
    }

    /// Adds the namespace of a node.
    synchronized void add(int node) {
        if (closed) {
            throw new IllegalStateException("the network has been removed");
        }
        String namespace = namespace(node);
        SystemCommand.run("ip", "netns", "add", namespace);
        nodes.add(node);
        SystemCommand.run(
                "ip",
                "-n",
                namespace,
                "link",
                "add",
                "eth0",
                "address",
                hardware(node),
                "type",
                "veth",
                "peer",
                "name",
                port(node),
                "netns",
                hub);
        batch(hub, "link set " + port(node) + " master " + BRIDGE, "link set " + port(node) + " up");
        List<String> lines = new ArrayList<>(
                List.of("link set lo up", "addr add " + address(node) + "/24 dev eth0", "link set eth0 up"));
        for (int other = 1; other <= nodesMax; other++) {
            if (other != node) {
                lines.add(neighbour(other, hardware(other)));
            }
        }
        batch(namespace, lines.toArray(String[]::new));
    }

    /// The words before a command that is to run where a node is.
    List<String> inside(int node) {
        return List.of("ip", "netns", "exec", namespace(node));
    }

    static String address(int node) {
        return "10.77.0." + node;
    }

    /// Loses all frames in these directions from now on.
    void cut(List<ChaosCycle.Way> ways) {
        direct(ways, _ -> NOBODY);
    }

    void heal(List<ChaosCycle.Way> ways) {
        direct(ways, ChaosNetwork::hardware);
    }

    private void direct(List<ChaosCycle.Way> ways, IntFunction<String> where) {
        Map<Integer, List<String>> lines = new LinkedHashMap<>();
        for (ChaosCycle.Way way : ways) {
            lines.computeIfAbsent(way.from(), _ -> new ArrayList<>()).add(neighbour(way.to(), where.apply(way.to())));
        }
        // At once, as a cable would do it.
        lines.entrySet().parallelStream()
                .forEach(entry ->
                        batch(namespace(entry.getKey()), entry.getValue().toArray(String[]::new)));
    }

    /// Makes a node's link slow and lossy, as well as this kernel can.
    ///
    /// @return what could not be done
    Optional<String> slow(int node) {
        boolean netem = shape(node, "netem", "delay", "250ms", "loss", "10%");
        if (netem) {
            return Optional.empty();
        }
        if (!shape(node, "tbf", "rate", "128kbit", "burst", "4kb", "latency", "500ms")) {
            return Optional.of("slow link: this kernel has neither netem nor tbf; nothing was slowed");
        }
        boolean loss = losing(node, "-A");
        return Optional.of("slow link: this kernel has no netem; 128 kbit/s with up to 500 ms of queue"
                + (loss ? " and 10 % loss by iptables instead" : " instead, and no iptables for the loss"));
    }

    void quick(int node) {
        SystemCommand.attempt("tc", "-n", namespace(node), "qdisc", "del", "dev", "eth0", "root");
        SystemCommand.attempt("tc", "-n", hub, "qdisc", "del", "dev", port(node), "root");
        losing(node, "-D");
    }

    private boolean shape(int node, String... how) {
        return shape(namespace(node), "eth0", how) && shape(hub, port(node), how);
    }

    private static boolean shape(String namespace, String device, String... how) {
        List<String> words = new ArrayList<>(List.of("tc", "-n", namespace, "qdisc", "replace", "dev", device, "root"));
        words.addAll(List.of(how));
        return SystemCommand.attempt("", words).isDone();
    }

    private boolean losing(int node, String action) {
        return Stream.of("INPUT", "OUTPUT").allMatch(chain -> {
            List<String> words = new ArrayList<>(inside(node));
            words.addAll(List.of("iptables", action, chain, "!", chain.equals("INPUT") ? "-i" : "-o", "lo"));
            words.addAll(List.of("-m", "statistic", "--mode", "random", "--probability", "0.1", "-j", "DROP"));
            return SystemCommand.attempt("", words).isDone();
        });
    }

    private static void batch(String namespace, String... lines) {
        SystemCommand.attempt(String.join("\n", lines) + "\n", List.of("ip", "-n", namespace, "-batch", "-"))
                .mustSucceed();
    }

    private static String neighbour(int node, String hardware) {
        return "neigh replace " + address(node) + " lladdr " + hardware + " dev eth0 nud permanent";
    }

    private static String hardware(int node) {
        return "02:00:00:00:00:0" + node;
    }

    private static String port(int node) {
        return "port" + node;
    }

    private String namespace(int node) {
        return run + "node" + node;
    }

    /// Removes all of it, and ends what still runs inside.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            nodes.forEach(node -> remove(namespace(node)));
            remove(hub);
        }
    }
}
