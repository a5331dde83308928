package dev.pando.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Frames that no codec has written: they are refused, and cost no more than their own size.
final class HostileFrameTest {

    /// What an exception, its stack and the reader may take, whatever the frame.
    private static final long FIXED_BYTES = 1 << 20;

    /// What one byte on the wire may become in memory: the shortest value is one byte, the smallest object a few dozen.
    private static final long BYTES_PER_BYTE = 150;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Codec codec = Codec.builder()
            .roots(
                    CodecTest.Primitives.class,
                    CodecTest.Boxes.class,
                    CodecTest.Texts.class,
                    CodecTest.Times.class,
                    CodecTest.Containing.class,
                    CodecTest.Empty.class,
                    CodecTest.Chain.class,
                    CodecTest.Bytes.class,
                    CodecTest.Positive.class)
            .build();

    @Test
    void everyTruncationIsRefused() {
        for (Object value : CodecTest.samples()) {
            byte[] frame = codec.encode(value);
            for (int length = 0; length < frame.length; length++) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThatThrownBy(() -> codec.decode(Object.class, cut))
                        .as("%d bytes of %s", length, value)
                        .isInstanceOf(WireException.class);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> mutatedFramesAreReadOrRefused() {
        return Stream.of(1L, 2L, 3L, 4L)
                .map(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    Random random = new Random(seed);
                    List<byte[]> frames =
                            CodecTest.samples().stream().map(codec::encode).toList();
                    for (int i = 0; i < 8000; i++) {
                        byte[] frame = frames.get(random.nextInt(frames.size()));
                        readOrRefuse(mutated(frame, frames, random));
                    }
                }));
    }

    @Test
    void randomBytesAreReadOrRefused() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = new byte[random.nextInt(60)];
            random.nextBytes(frame);
            if (frame.length > 0) {
                frame[0] = (byte) random.nextInt(Tag.ID + 2);
            }
            readOrRefuse(frame);
        }
    }

    private static byte[] mutated(byte[] frame, List<byte[]> others, Random random) {
        byte[] bytes = frame.clone();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(Tag.ID + 2);
                case 2 -> bytes[at] = (byte) 0xFF;
                case 3 -> bytes = without(bytes, at, 1 + random.nextInt(4));
                case 4 -> bytes = with(bytes, at, randomBytes(random));
                default -> {
                    byte[] other = others.get(random.nextInt(others.size()));
                    int from = random.nextInt(other.length);
                    bytes = with(bytes, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + 20)));
                }
            }
            if (bytes.length == 0) {
                return bytes;
            }
        }
        return bytes;
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(9)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        byte[] rest = Arrays.copyOf(bytes, Math.max(at, bytes.length - count));
        System.arraycopy(bytes, Math.min(bytes.length, at + count), rest, at, rest.length - at);
        return rest;
    }

    private static byte[] with(byte[] bytes, int at, byte[] added) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + added.length);
        System.arraycopy(added, 0, all, at, added.length);
        System.arraycopy(bytes, at, all, at + added.length, bytes.length - at);
        return all;
    }

    /// Decodes a frame, and once more when that took too much: the first use of some code costs the JVM its own.
    private void readOrRefuse(byte[] frame) {
        long limit = FIXED_BYTES + BYTES_PER_BYTE * frame.length;
        long allocated = allocatedBy(frame);
        if (allocated > limit) {
            allocated = allocatedBy(frame);
        }
        if (allocated > limit) {
            throw new AssertionError(
                    "more than " + limit + " bytes for a frame of " + frame.length + " that begins with "
                            + HexFormat.of().formatHex(Arrays.copyOf(frame, Math.min(100, frame.length))));
        }
    }

    private long allocatedBy(byte[] frame) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            codec.decode(Object.class, frame);
        } catch (WireException _) {
            // refused
        } catch (Throwable other) {
            throw new AssertionError("frame " + HexFormat.of().formatHex(frame), other);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    // ---- frames that lie about sizes

    @TestFactory
    Stream<DynamicTest> aSizeBeyondTheFrameIsRefusedBeforeAnythingIsAllocated() {
        return Stream.of(Tag.TEXT, Tag.BYTES, Tag.BIG_INTEGER, Tag.LIST, Tag.SET, Tag.MAP)
                .flatMap(tag -> Stream.of(1L << 20, (1L << 31) - 1, 1L << 31, 1L << 40, Long.MAX_VALUE, -1L)
                        .map(size -> DynamicTest.dynamicTest(
                                Tag.name(tag) + " of " + size,
                                () -> refused(out -> {
                                    out.tag(tag);
                                    out.unsigned(size);
                                    out.fixed64(0);
                                }))));
    }

    @Test
    void aRecordWithMoreFieldsThanBytesIsRefused() {
        refused(out -> {
            WireWriter content = new WireWriter();
            content.text(CodecTest.Empty.class.getName());
            content.unsigned(1 << 30);
            out.tag(Tag.RECORD);
            out.define(content.toBytes());
        });
    }

    @Test
    void aNameThatIsLongerThanTheFrameIsRefused() {
        refused(out -> {
            out.tag(Tag.RECORD);
            out.unsigned(0);
            out.unsigned(1L << 31);
        });
    }

    @Test
    void aNameThatWasNeverWrittenIsRefused() {
        for (long number : new long[] {1, 2, 1L << 32, -1, Long.MIN_VALUE}) {
            refused(out -> {
                out.tag(Tag.RECORD);
                out.unsigned(number);
                out.unsigned(0);
            });
        }
    }

    @Test
    void aDefinitionOfAnotherKindIsRefused() {
        refused(out -> {
            out.tag(Tag.LIST);
            out.unsigned(2);
            define(out, Tag.ENUM, CodecTest.Color.class.getName(), "RED");
            out.tag(Tag.RECORD);
            out.unsigned(1);
        });
        refused(out -> define(out, Tag.ENUM, CodecTest.Color.class.getName()));
        refused(out -> define(out, Tag.ENUM, CodecTest.Color.class.getName(), "RED", "GREEN"));
        refused(out -> define(out, Tag.VALUE, CodecTest.Color.class.getName(), "RED"));
    }

    @Test
    void aDefinitionThatGoesOnIsRefused() {
        WireWriter content = new WireWriter();
        content.text(CodecTest.Empty.class.getName());
        content.unsigned(0);
        content.tag(0);

        refused(out -> {
            out.tag(Tag.RECORD);
            out.define(content.toBytes());
        });
    }

    @Test
    void moreThanASecondOfNanosecondsIsRefused() {
        for (int tag : new int[] {Tag.INSTANT, Tag.DURATION}) {
            for (long nanos : new long[] {1_000_000_000, -1}) {
                refused(out -> {
                    out.tag(tag);
                    out.signed(0);
                    out.unsigned(nanos);
                });
            }
        }
        refused(out -> {
            out.tag(Tag.INSTANT);
            out.signed(Long.MAX_VALUE);
            out.unsigned(0);
        });
    }

    @Test
    void aNumberOfTooManyBytesIsRefused() {
        refused(out -> {
            out.tag(Tag.LONG);
            for (int i = 0; i < 12; i++) {
                out.tag(0xFF);
            }
        });
    }

    @Test
    void aNumberOutOfItsRangeIsRefused() {
        for (int tag : new int[] {Tag.BYTE, Tag.SHORT, Tag.INT, Tag.CHAR}) {
            refused(out -> {
                out.tag(tag);
                out.signed(1L << 33);
            });
        }
        refused(out -> {
            out.tag(Tag.CHAR);
            out.signed(-1);
        });
    }

    @Test
    void aDecimalWithAScaleOfBillionsIsRefused() {
        refused(out -> {
            out.tag(Tag.DECIMAL);
            out.signed(-2_000_000_000);
            out.raw(new byte[] {1});
        });
    }

    @Test
    void aBigIntegerWithoutDigitsIsRefused() {
        refused(out -> {
            out.tag(Tag.BIG_INTEGER);
            out.raw(new byte[0]);
        });
    }

    @Test
    void anUnknownTagIsRefused() {
        for (int tag = Tag.ID + 1; tag < 256; tag++) {
            int unknown = tag;
            refused(out -> {
                out.tag(unknown);
                out.fixed64(0);
            });
        }
    }

    @TestFactory
    Stream<DynamicTest> deepNestingIsRefused() {
        return Stream.of(Tag.LIST, Tag.SET, Tag.MAP, Tag.PRESENT, Tag.RECORD)
                .flatMap(tag -> Stream.of(false, true)
                        .map(hidden -> DynamicTest.dynamicTest(
                                Tag.name(tag) + (hidden ? " in an unknown field" : ""),
                                () -> refused(out -> {
                                    if (hidden) {
                                        define(out, Tag.RECORD, CodecTest.Empty.class.getName(), "unknown");
                                    }
                                    for (int i = 0; i < 200_000; i++) {
                                        nest(out, tag);
                                    }
                                }))));
    }

    private static void nest(WireWriter out, int tag) {
        out.tag(tag);
        switch (tag) {
            case Tag.LIST, Tag.SET -> out.unsigned(1);
            case Tag.MAP -> {
                out.unsigned(1);
                out.tag(Tag.TRUE);
            }
            case Tag.RECORD -> {
                out.define(Definition.content(Payload.class.getName(), List.of("value")));
            }
            default -> {}
        }
    }

    // ---- frames that name types

    static final List<String> LOADED = new ArrayList<>();

    record Trap() {
        static {
            LOADED.add("Trap");
        }
    }

    @Test
    void aNameOnTheWireNeverLoadsAClass() {
        for (String name : List.of(
                HostileFrameTest.class.getName() + "$Trap", "java.lang.Runtime", "java.util.ArrayList", "", "\0")) {
            refused(out -> {
                define(out, Tag.RECORD, name);
            });
        }

        assertThat(LOADED).isEmpty();
    }

    @Test
    void aLongNameIsNotRepeatedInFull() {
        String name = "x".repeat(1 << 20);
        WireWriter out = new WireWriter();
        for (int i = 0; i < 50; i++) {
            nest(out, Tag.RECORD);
        }
        define(out, Tag.RECORD, name);

        assertThatThrownBy(() -> codec.decode(Object.class, out.toBytes()))
                .isInstanceOf(WireException.class)
                .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(5000));
        readOrRefuse(out.toBytes());
    }

    @Test
    void aConstantThatDoesNotExistIsRefused() {
        refused(out -> {
            define(out, Tag.ENUM, CodecTest.Color.class.getName(), "BLUE");
        });
    }

    @Test
    void manySmallValuesCostNoMoreThanTheyMay() {
        for (int tag : new int[] {Tag.EMPTY, Tag.TRUE}) {
            WireWriter out = new WireWriter();
            out.tag(Tag.LIST);
            out.unsigned(100_000);
            for (int i = 0; i < 100_000; i++) {
                out.tag(tag);
            }
            readOrRefuse(out.toBytes());
        }
        for (int tag : new int[] {Tag.LIST, Tag.SET, Tag.MAP, Tag.TEXT, Tag.BYTES}) {
            WireWriter out = new WireWriter();
            out.tag(Tag.LIST);
            out.unsigned(100_000);
            for (int i = 0; i < 100_000; i++) {
                out.tag(tag);
                out.unsigned(0);
            }
            readOrRefuse(out.toBytes());
        }
        WireWriter records = new WireWriter();
        records.tag(Tag.LIST);
        records.unsigned(100_000);
        for (int i = 0; i < 100_000; i++) {
            if (i == 0) {
                define(records, Tag.RECORD, CodecTest.Primitives.class.getName());
            } else {
                records.tag(Tag.RECORD);
                records.unsigned(1);
            }
        }
        readOrRefuse(records.toBytes());
    }

    private static void define(WireWriter out, int tag, String type, String... members) {
        out.tag(tag);
        out.define(Definition.content(type, List.of(members)));
    }

    private void refused(Consumer<WireWriter> hostile) {
        WireWriter out = new WireWriter();
        hostile.accept(out);
        byte[] frame = out.toBytes();

        assertThatThrownBy(() -> codec.decode(Object.class, frame)).isInstanceOf(WireException.class);
        readOrRefuse(frame);
    }
}
