package dev.pando.bench;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// The least that has to be done for a [Purchase]: both sides know the order of the fields, nothing may change, and
/// prices are not astronomical.
@SuppressWarnings({"EnumOrdinal", "ByteBufferBackingArray"}) // nothing may change, and it has to be quick
final class HandWritten implements MeasuredCodec {

    private static final Purchase.State[] STATES = Purchase.State.values();

    @Override
    public byte[] write(Purchase purchase) {
        ByteBuffer out = ByteBuffer.allocate(256);
        write(out, purchase.id());
        write(out, purchase.total());
        out.put((byte) purchase.state().ordinal());
        Instant at = purchase.at();
        out.putLong(at.getEpochSecond());
        out.putInt(at.getNano());
        out.put((byte) purchase.lines().size());
        for (Purchase.Line line : purchase.lines()) {
            write(out, line.article());
            out.putInt(line.quantity());
            write(out, line.price());
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    @Override
    public Purchase read(byte[] frame) {
        ByteBuffer in = ByteBuffer.wrap(frame);
        String id = readText(in);
        BigDecimal total = readDecimal(in);
        Purchase.State state = STATES[in.get()];
        Instant at = Instant.ofEpochSecond(in.getLong(), in.getInt());
        int count = in.get();
        List<Purchase.Line> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            lines.add(new Purchase.Line(readText(in), in.getInt(), readDecimal(in)));
        }
        return new Purchase(id, total, state, at, Collections.unmodifiableList(lines));
    }

    private static void write(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.put((byte) bytes.length);
        out.put(bytes);
    }

    private static void write(ByteBuffer out, BigDecimal decimal) {
        out.put((byte) decimal.scale());
        out.putLong(decimal.unscaledValue().longValueExact());
    }

    private static String readText(ByteBuffer in) {
        int length = in.get();
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }

    private static BigDecimal readDecimal(ByteBuffer in) {
        int scale = in.get();
        return BigDecimal.valueOf(in.getLong(), scale);
    }
}
