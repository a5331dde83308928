package dev.pando.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionNamesTest {

    enum Colour {
        RED,
        GREEN
    }

    record Point(int x, int y) {}

    record Shape(String label, List<Point> corners, Colour colour) {}

    record Later(Optional<String> note) {}

    private static final Shape TRIANGLE =
            new Shape("triangle", List.of(new Point(0, 0), new Point(1, 0), new Point(0, 1)), Colour.GREEN);

    private final Codec codec = Codec.builder().roots(Shape.class).build();
    private final NamesSent sent = new NamesSent();
    private final NamesReceived received = new NamesReceived();

    private boolean send(Codec by, Object value, Predicate<byte[]> taker) {
        Boolean taken = sent.send(by, value, taker::test, Boolean::booleanValue);
        return taken;
    }

    private byte[] frame(Object value) {
        return frame(codec, value);
    }

    private byte[] frame(Codec by, Object value) {
        List<byte[]> frames = new ArrayList<>();
        assertThat(send(by, value, frames::add)).isTrue();
        return frames.getFirst();
    }

    private Object read(byte[] frame) {
        return codec.decode(Object.class, frame, 0, frame.length, received);
    }

    private void isBroken(byte[] frame, String why) {
        assertThatThrownBy(() -> read(frame)).isInstanceOf(WireException.class).hasMessageContaining(why);
        assertThat(received.isBroken()).isTrue();
    }

    private static byte[] name(long number, int tag, String type, String... members) {
        WireWriter out = new WireWriter();
        out.tag(Tag.NAME);
        out.unsigned(number);
        out.tag(tag);
        out.raw(Definition.content(type, List.of(members)));
        return out.toBytes();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        WireWriter out = new WireWriter();
        for (byte[] part : List.of(first, second)) {
            for (byte each : part) {
                out.tag(each);
            }
        }
        return out.toBytes();
    }

    private static byte[] point(long reference) {
        WireWriter out = new WireWriter();
        out.tag(Tag.RECORD);
        out.unsigned(reference);
        Scalars.writeInt(out, 3);
        Scalars.writeInt(out, 4);
        return out.toBytes();
    }

    // ---- what is told once

    @Test
    void aNameIsToldOnceInASession() {
        byte[] first = frame(TRIANGLE);
        byte[] second = frame(TRIANGLE);

        assertThat(first.length)
                .isGreaterThan(second.length + Point.class.getName().length());
        assertThat(new String(second, java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain("Point", "GREEN");
        assertThat(read(first)).isEqualTo(TRIANGLE);
        assertThat(read(second)).isEqualTo(TRIANGLE);
        assertThat(received.isBroken()).isFalse();
    }

    @Test
    void anotherNameOfTheSameTypeIsToldWhenItIsNeeded() {
        read(frame(TRIANGLE));
        Shape red = new Shape("red", List.of(), Colour.RED);

        assertThat(read(frame(red))).isEqualTo(red);
    }

    @Test
    void whatWasNotTakenIsToldAgain() {
        assertThat(send(codec, TRIANGLE, _ -> false)).isFalse();

        assertThat(read(frame(TRIANGLE))).isEqualTo(TRIANGLE);
    }

    @Test
    void whatCouldNotBeWrittenTellsNothing() {
        assertThatThrownBy(() -> send(codec, List.of(TRIANGLE, new Later(Optional.empty())), _ -> true))
                .isInstanceOf(WireException.class);

        assertThat(read(frame(TRIANGLE))).isEqualTo(TRIANGLE);
    }

    @Test
    void aRefusedValueHasToldItsNames() {
        Codec more = codec.extended().roots(Later.class).build();

        byte[] unknown = frame(more, List.of(new Later(Optional.of("x")), TRIANGLE));
        assertThatThrownBy(() -> read(unknown)).hasMessageContaining("Later is not listed");

        assertThat(received.isBroken()).isFalse();
        assertThat(read(frame(more, TRIANGLE))).isEqualTo(TRIANGLE);
    }

    @Test
    void aCodecThatListsMoreKeepsTheNumbers() {
        Codec more = codec.extended().roots(Later.class).build();
        read(frame(TRIANGLE));
        Later later = new Later(Optional.of("now"));

        byte[] known = frame(more, TRIANGLE);
        byte[] fresh = frame(more, later);

        assertThat(known).isEqualTo(frame(TRIANGLE));
        assertThat(more.decode(Object.class, known, 0, known.length, received)).isEqualTo(TRIANGLE);
        assertThat(more.decode(Object.class, fresh, 0, fresh.length, received)).isEqualTo(later);
    }

    @Test
    void aTypeThatIsListedLaterIsUnderstoodFromThenOn() {
        Codec more = codec.extended().roots(Later.class).build();
        Later later = new Later(Optional.of("now"));
        byte[] first = frame(more, later);
        byte[] second = frame(more, later);
        assertThatThrownBy(() -> read(first)).hasMessageContaining("not listed");

        assertThat(more.decode(Object.class, second, 0, second.length, received))
                .isEqualTo(later);
    }

    @Test
    void ofManyThreadsNoneGoesByANameThatComesLater() throws InterruptedException {
        List<byte[]> taken = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = IntStream.range(0, 8)
                .mapToObj(_ -> Thread.ofVirtual().start(() -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    for (int i = 0; i < 50; i++) {
                        send(codec, TRIANGLE, frame -> {
                            synchronized (taken) {
                                return taken.add(frame);
                            }
                        });
                    }
                }))
                .toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken)
                .hasSize(400)
                .allSatisfy(frame -> assertThat(read(frame)).isEqualTo(TRIANGLE));
    }

    // ---- what breaks a session

    @Test
    void aNumberThatWasNeverToldBreaksIt() {
        isBroken(point(2 * 77 - 1), "name 77 was never told");
    }

    @Test
    void aNumberBeforeItsNameBreaksIt() {
        frame(TRIANGLE);

        isBroken(frame(TRIANGLE), "was never told in this session");
    }

    @Test
    void aNumberOfAnEarlierSessionBreaksIt() {
        read(frame(TRIANGLE));
        byte[] second = frame(TRIANGLE);
        NamesReceived later = new NamesReceived();

        assertThatThrownBy(() -> codec.decode(Object.class, second, 0, second.length, later))
                .isInstanceOf(WireException.class);
        assertThat(later.isBroken()).isTrue();
    }

    @Test
    void aNumberInAFieldThatIsPassedOverBreaksItToo() {
        byte[] frame = joined(
                name(1, Tag.RECORD, Point.class.getName(), "x", "y", "z"),
                joined(new byte[] {Tag.RECORD, 1, Tag.INT, 2, Tag.INT, 4}, new byte[] {Tag.ENUM, 9}));

        isBroken(frame, "name 5 was never told");
    }

    @Test
    void numbersThatCannotBeBreakIt() {
        for (long number : new long[] {0, -1, Numbers.COUNT_MAX + 1, Long.MAX_VALUE}) {
            isBroken(name(number, Tag.RECORD, "a.B"), "from 1 to");
        }
        for (long reference : new long[] {-1, Long.MAX_VALUE, Long.MIN_VALUE + 1}) {
            isBroken(point(reference), "was never told");
        }
    }

    @Test
    void anotherNameUnderOneNumberBreaksIt() {
        read(joined(name(1, Tag.RECORD, Point.class.getName(), "x", "y"), point(1)));
        read(joined(name(1, Tag.RECORD, Point.class.getName(), "x", "y"), point(1)));

        isBroken(joined(name(1, Tag.RECORD, Point.class.getName(), "y", "x"), point(1)), "was another one before");
    }

    @Test
    void namesOfWhatHasNoneAndDamagedOnesBreakIt() {
        isBroken(joined(name(1, Tag.INT, "a.B"), point(1)), "which has none");
        isBroken(new byte[] {Tag.NAME, 1, Tag.RECORD, 100, 1}, "exceeds the frame");
        isBroken(new byte[] {Tag.NAME, 1, Tag.RECORD, 4, 1, 'a', 0, 7}, "goes on after its members");
        isBroken(new byte[] {Tag.NAME}, "ends inside a value");
    }

    @Test
    void moreNamesThanTheTableHoldsBreakIt() {
        String[] long1 = {"m".repeat(100_000)};
        int fit = Numbers.BYTES_MAX / 100_100;
        for (int number = 1; number <= fit; number++) {
            read(joined(name(number, Tag.RECORD, "a.B" + number, long1), new byte[] {Tag.TRUE}));
        }

        isBroken(joined(name(fit + 1, Tag.RECORD, "a.B", long1), new byte[] {Tag.TRUE}), "the names of a session");
    }

    @Test
    void aNameInsideAValueIsNoValue() {
        byte[] frame = joined(new byte[] {Tag.LIST, 1}, name(1, Tag.RECORD, "a.B"));

        assertThatThrownBy(() -> read(frame)).isInstanceOf(WireException.class);
    }

    @Test
    void aFrameOfNoSessionGoesByNoNameOfOne() {
        assertThatThrownBy(() -> codec.decode(Object.class, point(1))).hasMessageContaining("belongs to none");
        assertThatThrownBy(() -> codec.decode(Object.class, name(1, Tag.RECORD, "a.B")))
                .isInstanceOf(WireException.class);
    }

    @Test
    void whatIsTooMuchForTheTableIsWrittenOutInEachFrame() {
        Numbers numbers = new Numbers();
        IntStream.range(0, Numbers.COUNT_MAX)
                .forEach(i -> numbers.of(Definition.foreign(Tag.RECORD, "a.B" + i, List.of(), null)));

        assertThat(numbers.of(Definition.foreign(Tag.RECORD, "a.B7", List.of(), null)))
                .isEqualTo(8);
        assertThat(numbers.of(Definition.foreign(Tag.RECORD, "a.C", List.of(), null)))
                .isZero();
    }

    // ---- a part of what cannot be read

    record Letter(String to, Payload content) {}

    record To(String to) {}

    private static Optional<To> recipient(Codec by, byte[] frame, int end, NamesReceived names) {
        return by.decodePart(Letter.class, To.class, frame, 0, end, names);
    }

    @Test
    void aFieldIsReadBesideOneWhoseTypeIsNotListed() {
        Codec mine = Codec.builder().roots(Letter.class, To.class).build();
        Codec more = mine.extended().roots(Later.class).build();
        Payload unknown = new Payload(List.of(new Later(Optional.of("x")), Optional.empty()));

        for (String to : List.of("one", "another")) {
            byte[] frame = frame(more, new Letter(to, unknown));

            assertThatThrownBy(() -> mine.decode(Object.class, frame, 0, frame.length, received))
                    .hasMessageContaining("Later is not listed");
            assertThat(recipient(mine, frame, frame.length, received)).contains(new To(to));
        }
        assertThat(received.isBroken()).isFalse();
    }

    @Test
    void nothingIsReadOfAnotherTypeOrOfADamagedFrame() {
        Codec mine = Codec.builder().roots(Letter.class, To.class, Shape.class).build();
        byte[] other = frame(mine, TRIANGLE);
        assertThat(recipient(mine, other, other.length, received)).isEmpty();
        byte[] frame = mine.encode(new Letter("me", new Payload(TRIANGLE)));

        for (int end = 0; end < frame.length; end++) {
            assertThat(recipient(mine, frame, end, new NamesReceived())).isEmpty();
        }
        byte[] longer = Arrays.copyOf(frame, frame.length + 1);
        assertThat(recipient(mine, longer, longer.length, new NamesReceived())).isEmpty();
        assertThat(recipient(mine, frame, frame.length, new NamesReceived())).contains(new To("me"));
    }
}
