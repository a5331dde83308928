package dev.pando.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.ByteBufferSerializer;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/// Written by hand, and into Artery's own buffers: what Pekko's manual has for speed.
final class PekkoFormat extends SerializerWithStringManifest implements ByteBufferSerializer {

    private static final int ID = 20_251;
    private static final int BYTES_MAX = 4096;

    private static final String ASK = "a";
    private static final String ANSWER = "b";
    private static final String LETTER = "c";
    private static final String REPORT = "d";
    private static final String TOTAL = "e";

    private final ExtendedActorSystem system;

    /// Called by Pekko, which finds the class in its configuration.
    PekkoFormat(ExtendedActorSystem system) {
        this.system = system;
    }

    @Override
    public int identifier() {
        return ID;
    }

    @Override
    public String manifest(Object mail) {
        return switch ((PekkoMail) mail) {
            case PekkoMail.Ask _ -> ASK;
            case PekkoMail.Answer _ -> ANSWER;
            case PekkoMail.Letter _ -> LETTER;
            case PekkoMail.Report _ -> REPORT;
            case PekkoMail.Total _ -> TOTAL;
        };
    }

    @Override
    public void toBinary(Object mail, ByteBuffer out) {
        switch ((PekkoMail) mail) {
            case PekkoMail.Ask(long number, ActorRef<PekkoMail.Answer> replyTo) -> put(replyTo, out.putLong(number));
            case PekkoMail.Answer(long number) -> out.putLong(number);
            case PekkoMail.Letter(byte[] text) -> out.put(text);
            case PekkoMail.Report(ActorRef<PekkoMail.Total> replyTo) -> put(replyTo, out);
            case PekkoMail.Total(long letters, long bytes) ->
                out.putLong(letters).putLong(bytes);
        }
    }

    @Override
    public Object fromBinary(ByteBuffer in, String manifest) {
        return switch (manifest) {
            case ASK -> new PekkoMail.Ask(in.getLong(), actor(in));
            case ANSWER -> new PekkoMail.Answer(in.getLong());
            case LETTER -> new PekkoMail.Letter(rest(in));
            case REPORT -> new PekkoMail.Report(actor(in));
            case TOTAL -> new PekkoMail.Total(in.getLong(), in.getLong());
            default -> throw new IllegalArgumentException("no mail: " + manifest);
        };
    }

    /// For what does not come by Artery itself, or is in another message. Bytes as in Artery's buffers: what is written
    /// in one way may be read in the other.
    @Override
    public byte[] toBinary(Object mail) {
        ByteBuffer out = ByteBuffer.allocate(BYTES_MAX).order(ByteOrder.LITTLE_ENDIAN);
        toBinary(mail, out);
        return rest(out.flip());
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        return fromBinary(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), manifest);
    }

    private void put(ActorRef<?> actor, ByteBuffer out) {
        out.put(resolver().toSerializationFormat(actor).getBytes(StandardCharsets.US_ASCII));
    }

    private <M> ActorRef<M> actor(ByteBuffer in) {
        return resolver().resolveActorRef(new String(rest(in), StandardCharsets.US_ASCII));
    }

    private ActorRefResolver resolver() {
        return ActorRefResolver.get(Adapter.toTyped(system));
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return bytes;
    }
}
