package dev.pando.bench;

import dev.pando.testkit.FreePorts;
import java.util.List;

/// Where the two nodes of a measurement listen on 127.0.0.1. Travels as command-line arguments.
record Wire(int near, int far) {

    static final int ARGUMENTS = 2;

    /// What the far one prints when the near one may start.
    static final String READY = "ready";

    /// The same for all, since each pair has ports of its own.
    static final String COOKIE = "pando-bench-on-loopback";

    /// Ports that nobody has now.
    static Wire free() {
        List<Integer> ports = FreePorts.take(2);
        return new Wire(ports.get(0), ports.get(1));
    }

    int port(End end) {
        return end == End.NEAR ? near : far;
    }

    List<String> arguments() {
        return List.of(String.valueOf(near), String.valueOf(far));
    }

    static Wire parse(List<String> arguments) {
        return new Wire(Integer.parseInt(arguments.get(0)), Integer.parseInt(arguments.get(1)));
    }
}
