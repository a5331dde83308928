package dev.pando.cluster;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.jgroups.Message;
import org.jgroups.Version;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.stack.IpAddress;

/// What speaks JGroups' wire without JGroups, as an intruder does.
final class RawSocket {

    private static final byte SINGLE = 0;

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout((int) Waits.DEADLINE.toMillis());
        return socket;
    }

    static Socket greeted(int port) throws IOException {
        return greeted(port, 0);
    }

    static Socket greeted(int port, int claimed) throws IOException {
        Socket socket = connect(port);
        IpAddress self =
                new IpAddress(InetAddress.ofLiteral("127.0.0.1"), claimed > 0 ? claimed : socket.getLocalPort());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream greeting = new DataOutputStream(bytes);
        greeting.write(Connection.cookie);
        greeting.writeShort(Version.version);
        greeting.writeShort(self.serializedSize());
        self.writeTo(greeting);
        out.write(bytes.toByteArray());
        out.flush();
        return socket;
    }

    static byte[] single(Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(Version.version);
        out.writeByte(SINGLE);
        out.writeShort(message.getType());
        message.writeTo(out);
        return bytes.toByteArray();
    }

    private RawSocket() {}
}
