package dev.pando.cluster;

import org.jgroups.blocks.cs.NioServer;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_SOCK2;

/// The socket failure detector with a bound on what it reads; JGroups gives its socket none, and allocates whatever a
/// stranger's first four bytes say.
final class JGroupsDetector extends FD_SOCK2 {

    private static final int LENGTH_MAX = 1 << 16;

    JGroupsDetector() {
        setId(ClassConfigurator.getProtocolId(FD_SOCK2.class));
    }

    @Override
    public String getName() {
        return FD_SOCK2.class.getSimpleName();
    }

    @Override
    protected NioServer createServer(int[] ports) {
        NioServer server = super.createServer(ports);
        server.setMaxLength(LENGTH_MAX);
        return server;
    }
}
