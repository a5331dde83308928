package dev.pando.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Header;
import org.jgroups.Message;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FailureDetection;
import org.jgroups.protocols.FragHeader;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.NakAckHeader;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TpHeader;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.AsciiString;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.Util;

/// Reads the messages in a frame, in JGroups' format.
///
/// JGroups' own reader makes whatever the frame names, of all messages and headers that it has, before it knows who
/// sent it: some allocate what the frame says, some make a class by its name, some deserialise. Here is listed what the
/// protocols of our stack send, and nothing else is made; a length is not believed to be more than what there is.
final class JGroupsWire {

    private static final int DEST = 1;
    private static final int SOURCE = 2;
    private static final int ADDRESSES = Address.NULL | Address.UUID_ADDR | Address.IP_ADDR;
    private static final int HEADERS_MAX = 32;
    private static final Map<Short, Supplier<? extends Header>> HEADERS = new LinkedHashMap<>();

    static {
        List.of(
                        new TpHeader(),
                        new PingHeader(),
                        new MERGE3.MergeHeader(),
                        new FD_SOCK2.FdHeader(),
                        new FailureDetection.HeartbeatHeader(),
                        new VERIFY_SUSPECT2.VerifyHeader(),
                        new NakAckHeader(),
                        new UnicastHeader(),
                        new JGroupsAuthHeader(),
                        new GMS.GmsHeader(),
                        new FragHeader())
                .forEach(header -> HEADERS.put(header.getMagicId(), header.create()));
    }

    /// What a frame with several messages says of all of them.
    record Batch(Address destination, Address source, AsciiString cluster, List<Message> messages) {}

    private JGroupsWire() {}

    /// A message with its type.
    ///
    /// @throws IOException when it cannot be read, or should not be
    static Message message(ByteArrayDataInputStream in) throws IOException {
        return read(in, in.readShort());
    }

    /// The messages of one sender to one destination.
    ///
    /// @throws IOException when one of them cannot be read, or should not be
    static Batch batch(ByteArrayDataInputStream in) throws IOException {
        Address destination = address(in);
        Address source = address(in);
        AsciiString cluster = new AsciiString(bytes(in, in.readShort()));
        int count = in.readInt();
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            messages.add(message(in).setDest(destination).setSrc(source));
        }
        return new Batch(destination, source, cluster, messages);
    }

    /// A message without its type, which is empty: what the failure detector says on its own connections.
    static Message empty(ByteArrayDataInputStream in) throws IOException {
        return read(in, Message.EMPTY_MSG);
    }

    private static Message read(ByteArrayDataInputStream in, short type) throws IOException {
        Message message = switch (type) {
            case Message.BYTES_MSG -> new BytesMessage();
            case Message.EMPTY_MSG -> new EmptyMessage();
            case Message.OBJ_MSG -> new JGroupsObjectMessage();
            default -> throw new IOException("a message of type " + type + " is not accepted");
        };
        byte leading = in.readByte();
        message.setFlag(in.readShort(), false);
        if ((leading & DEST) != 0) {
            message.setDest(address(in));
        }
        if ((leading & SOURCE) != 0) {
            message.setSrc(address(in));
        }
        headers(in, message);
        switch (message) {
            case BytesMessage bytes -> payload(in, bytes);
            case JGroupsObjectMessage object -> object.readPayload(in);
            default -> {
                // Empty.
            }
        }
        return message;
    }

    private static void headers(ByteArrayDataInputStream in, Message message) throws IOException {
        int count = in.readShort();
        if (count < 0 || count > HEADERS_MAX) {
            throw new IOException("a message with " + count + " headers is not accepted");
        }
        for (int i = 0; i < count; i++) {
            short protocol = in.readShort();
            short kind = in.readShort();
            Supplier<? extends Header> maker = HEADERS.get(kind);
            if (maker == null) {
                throw new IOException("a header of kind " + kind + " is not accepted");
            }
            Header header = maker.get();
            try {
                header.readFrom(in);
            } catch (ClassNotFoundException e) {
                throw new IOException(e.getMessage(), e);
            }
            message.putHeader(protocol, header);
        }
    }

    private static void payload(ByteArrayDataInputStream in, BytesMessage message) throws IOException {
        int length = in.readInt();
        if (length >= 0) {
            message.setArray(bytes(in, length), 0, length);
        }
    }

    private static byte[] bytes(ByteArrayDataInputStream in, int length) throws IOException {
        if (length > in.limit() - in.position()) {
            throw new IOException("a length of " + length + " is more than there is");
        }
        byte[] bytes = new byte[Math.max(0, length)];
        in.readFully(bytes);
        return bytes;
    }

    /// Members are UUIDs, and those to be found a host and port; of the other kinds some name a class.
    private static Address address(ByteArrayDataInputStream in) throws IOException {
        if (in.position() < in.limit() && (in.buffer()[in.position()] & ADDRESSES) == 0) {
            throw new IOException("an address of another kind is not accepted");
        }
        try {
            return Util.readAddress(in);
        } catch (ClassNotFoundException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
