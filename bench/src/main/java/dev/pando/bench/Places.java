package dev.pando.bench;

import dev.pando.testkit.FreePorts;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where the nodes of a registry listen on 127.0.0.1: the first one measures, and the last one is not there until
/// somebody starts it. Travels as a command-line argument.
record Places(List<Integer> ports) {

    static final String HOST = "127.0.0.1";

    /// The place of the node that measures.
    static final int NEAR = 0;

    Places {
        ports = List.copyOf(ports);
    }

    /// Ports that nobody has now.
    static Places free(int nodes) {
        return new Places(FreePorts.take(nodes + 1));
    }

    /// How many nodes there are before another one comes.
    int nodes() {
        return ports.size() - 1;
    }

    /// The place of the one that comes later.
    int newcomer() {
        return nodes();
    }

    int port(int place) {
        return ports.get(place);
    }

    /// Where all others find the first one that is started.
    int meeting() {
        return port(NEAR + 1);
    }

    /// Ends a node of another place.
    static void close(AutoCloseable node) {
        try {
            node.close();
        } catch (Exception e) {
            throw new IllegalStateException("the node does not end: " + e, e);
        }
    }

    String argument() {
        return ports.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    static Places parse(String argument) {
        return new Places(
                Stream.of(argument.split(",", -1)).map(Integer::valueOf).toList());
    }
}
