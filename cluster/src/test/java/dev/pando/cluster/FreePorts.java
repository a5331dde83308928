package dev.pando.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/// Ports that a node can have now: the port itself and the failure detector's beside it. Below the range from which
/// the system takes ports for outgoing connections.
public final class FreePorts {

    public static List<Integer> take(int count) {
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < count) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            boolean apart = taken.stream()
                    .noneMatch(other -> other == port || Math.abs(other - port) == ClusterConfig.DETECTOR_OFFSET);
            if (apart && isFree(port) && isFree(port + ClusterConfig.DETECTOR_OFFSET)) {
                taken.add(port);
            }
        }
        return taken;
    }

    /// So many in a row.
    public static List<Integer> row(int count) {
        while (true) {
            int first = take(1).getFirst();
            List<Integer> row = IntStream.range(first, first + count).boxed().toList();
            if (row.stream().allMatch(port -> isFree(port) && isFree(port + ClusterConfig.DETECTOR_OFFSET))) {
                return row;
            }
        }
    }

    /// Takes a port until it is closed.
    static ServerSocket occupy(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = occupy(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private FreePorts() {}
}
