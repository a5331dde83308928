package dev.pando.cluster;

import java.io.DataInput;
import java.io.IOException;
import org.jgroups.Message;
import org.jgroups.MessageFactory;
import org.jgroups.ObjectMessage;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.util.SeqnoList;

/// An object message as it may come from the wire: with a list of missing messages, or with nothing.
///
/// JGroups reads an object message before any authentication, and what it may hold includes every serialisable class.
/// It cannot be refused altogether: with it members ask each other to send lost messages again. Holds for the whole
/// JVM.
final class JGroupsObjectMessage extends ObjectMessage {

    private static final int MISSING_MAX = 1 << 16;

    private static final class Creators extends MessageFactory {
        static void replace() {
            creators[Message.OBJ_MSG] = JGroupsObjectMessage::new;
        }
    }

    private static final class Missing extends SeqnoList {
        @Override
        public void readFrom(DataInput in) throws IOException {
            size = in.readInt();
            if (size < 0 || size > MISSING_MAX) {
                throw new IOException("a request for " + size + " messages is not accepted");
            }
            offset = in.readLong();
            words = new long[(size + Long.SIZE - 1) / Long.SIZE];
            for (int i = 0; i < words.length; i++) {
                words[i] = in.readLong();
            }
        }
    }

    /// Makes JGroups read object messages this way.
    static void install() {
        Creators.replace();
    }

    @Override
    public void readPayload(DataInput in) throws IOException {
        if (in.readByte() == 0) {
            return;
        }
        short type = in.readShort();
        if (type != ClassConfigurator.getMagicNumber(SeqnoList.class)) {
            throw new IOException("an object message with class " + type + " is not accepted");
        }
        Missing missing = new Missing();
        missing.readFrom(in);
        setObject(missing);
    }
}
