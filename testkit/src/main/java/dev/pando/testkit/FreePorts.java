package dev.pando.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Ports that nodes can have now: each port itself and the one 100 above it, which the failure detector uses.
/// Below the range from which systems take ports for outgoing connections, so that they stay free until the nodes
/// start.
public final class FreePorts {

    private static final int DETECTOR_OFFSET = 100;
    private static final int FIRST = 20_000;
    private static final int LAST = 30_000;
    private static final int TRIES = 10_000;

    /// Finds so many; they are not held.
    ///
    /// @throws IllegalStateException when there are none
    public static List<Integer> take(int count) {
        List<Integer> taken = new ArrayList<>();
        for (int tries = 0; taken.size() < count; tries++) {
            if (tries == TRIES) {
                throw new IllegalStateException("no free ports between " + FIRST + " and " + LAST + " on 127.0.0.1");
            }
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            boolean apart = taken.stream().noneMatch(other -> Math.abs(other - port) % DETECTOR_OFFSET == 0);
            if (apart && isFree(port) && isFree(port + DETECTOR_OFFSET)) {
                taken.add(port);
            }
        }
        return taken;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private FreePorts() {}
}
