package dev.pando.cluster.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A server of names by UDP that has the same addresses for each name, until it is told to fail.
final class NameServer implements AutoCloseable {

    private static final int BYTES_MAX = 512;

    private final DatagramSocket socket;
    private final List<String> addresses;
    private volatile int rcode = Rcode.NOERROR;

    private NameServer(DatagramSocket socket, List<String> addresses) {
        this.socket = socket;
        this.addresses = List.copyOf(addresses);
    }

    static NameServer start(List<String> addresses) throws IOException {
        NameServer server = new NameServer(
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0)), addresses);
        Thread.ofVirtual().start(server::serve);
        return server;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /// From now on.
    void answer(int rcode) {
        this.rcode = rcode;
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[BYTES_MAX], BYTES_MAX);
        try {
            while (true) {
                socket.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                byte[] answer = answer(query).toWire();
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                packet.setLength(BYTES_MAX);
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private Message answer(Message query) {
        Record question = query.getQuestion();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(rcode);
        answer.addRecord(question, Section.QUESTION);
        if (rcode == Rcode.NOERROR && question.getType() == Type.A) {
            addresses.forEach(address -> answer.addRecord(
                    new ARecord(question.getName(), DClass.IN, 0, InetAddress.ofLiteral(address)), Section.ANSWER));
        }
        return answer;
    }

    @Override
    public void close() {
        socket.close();
    }
}
