package dev.pando.cluster;

import dev.pando.cluster.spi.Firewall;
import java.io.DataInput;
import java.net.InetSocketAddress;
import org.jgroups.Address;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;

/// TCP that has read a frame before it looks inside.
///
/// JGroups reads messages from the socket itself and takes the lengths inside a frame on trust: a stranger's frame of
/// a few bytes would make the node allocate gigabytes, and keep them for as long as the rest does not come. It would
/// also take what is left of a refused message for the next frame.
final class JGroupsTcp extends TCP {

    private final Firewall firewall;

    JGroupsTcp(Firewall firewall) {
        this.firewall = firewall;
        setId(ClassConfigurator.getProtocolId(TCP.class));
    }

    @Override
    public String getName() {
        return TCP.class.getSimpleName();
    }

    /// @param length at most the maximum length of the transport
    @Override
    public void receive(Address sender, DataInput in, int length) throws Exception {
        byte[] frame = new byte[length];
        in.readFully(frame);
        if (admits(sender)) {
            receive(sender, frame, 0, length);
        }
    }

    private boolean admits(Address sender) {
        return !(sender instanceof IpAddress endpoint)
                || firewall.admits(new InetSocketAddress(endpoint.getIpAddress(), endpoint.getPort()));
    }
}
