package dev.pando.cluster;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import org.jgroups.util.DefaultSocketFactory;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/// The sockets of the transport, with TLS where it is configured.
final class JGroupsSockets extends DefaultSocketFactory {

    private static final int HANDSHAKE_MILLIS = 2000;

    private final @Nullable Tls tls;
    private final JGroupsReporter reporter;
    private final BiPredicate<Integer, Integer> accepted;
    private final List<ServerSocket> listening = new CopyOnWriteArrayList<>();

    /// @param accepted told how many connections are open and were accepted; `true` begins to count the latter anew
    JGroupsSockets(@Nullable Tls tls, JGroupsReporter reporter, BiPredicate<Integer, Integer> accepted) {
        this.tls = tls;
        this.reporter = reporter;
        this.accepted = accepted;
    }

    @Override
    public Socket createSocket(String service) throws IOException {
        return tls == null ? new Socket() : tls.client(HANDSHAKE_MILLIS);
    }

    @Override
    public ServerSocket createServerSocket(String service) throws IOException {
        JGroupsDoor door = new JGroupsDoor(tls, reporter, accepted);
        listening.add(door);
        return door;
    }

    void close() {
        listening.forEach(Util::close);
    }
}
