package dev.pando.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("ArrayRecordComponent") // what is refused has to be written down
final class CodecTest {

    // ---- what travels

    record Primitives(boolean flag, byte b, short s, int i, long l, char c, float f, double d) {}

    record Boxes(Boolean flag, Byte b, Short s, Integer i, Long l, Character c, Float f, Double d) {}

    record Texts(String text, BigInteger integer, BigDecimal decimal, UUID uuid, URI uri) {}

    record Times(
            Instant instant,
            Duration duration,
            LocalDate date,
            LocalTime time,
            LocalDateTime dateTime,
            OffsetDateTime offset,
            ZonedDateTime zoned) {}

    record Containing(
            Optional<String> maybe,
            List<Integer> list,
            Set<Color> set,
            Map<String, List<Optional<Long>>> map,
            List<? extends Shape> wild,
            Payload any) {}

    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "a constant with a body";
            }
        }
    }

    sealed interface Shape {}

    record Circle(double radius) implements Shape {}

    record Group(List<Shape> members) implements Shape {}

    sealed interface Flat extends Shape {}

    enum Unit implements Flat {
        POINT,
        NOTHING
    }

    record Empty() {}

    /// A type that contains itself.
    record Chain(int number, Optional<Chain> next) {}

    record Bytes(byte[] bytes) {}

    record Positive(int number) {
        Positive {
            if (number <= 0) {
                throw new IllegalArgumentException("number " + number + " is not positive");
            }
        }
    }

    private final Codec codec = Codec.builder()
            .roots(
                    Primitives.class,
                    Boxes.class,
                    Texts.class,
                    Times.class,
                    Containing.class,
                    Empty.class,
                    Chain.class,
                    Bytes.class,
                    Positive.class)
            .build();

    @TestFactory
    Stream<DynamicTest> everyBuiltInTypeTravels() {
        ZoneId paris = ZoneId.of("Europe/Paris");
        return Stream.of(
                        true,
                        false,
                        Byte.MIN_VALUE,
                        Byte.MAX_VALUE,
                        Short.MIN_VALUE,
                        Short.MAX_VALUE,
                        0,
                        -1,
                        63,
                        64,
                        Integer.MIN_VALUE,
                        Integer.MAX_VALUE,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        'a',
                        Character.MAX_VALUE,
                        Character.MIN_VALUE,
                        0f,
                        -0f,
                        Float.NaN,
                        Float.MIN_VALUE,
                        Float.NEGATIVE_INFINITY,
                        -0d,
                        Double.NaN,
                        Double.MAX_VALUE,
                        Double.POSITIVE_INFINITY,
                        "",
                        "ZAKĀT زكاة 天課 👍 \0 \n",
                        "x".repeat(100_000),
                        BigInteger.ZERO,
                        BigInteger.TWO.pow(4000).negate(),
                        BigDecimal.ZERO,
                        new BigDecimal("-123.4500"),
                        new BigDecimal("1E+500"),
                        new BigDecimal(BigInteger.ONE, 1_000_000),
                        Instant.EPOCH,
                        Instant.MAX,
                        Instant.MIN,
                        Instant.parse("2026-02-28T23:59:59.123456789Z"),
                        Duration.ZERO,
                        Duration.ofNanos(-1),
                        Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                        Duration.ofSeconds(Long.MIN_VALUE),
                        LocalDate.MIN,
                        LocalDate.MAX,
                        LocalDate.of(2024, 2, 29),
                        LocalTime.MIDNIGHT,
                        LocalTime.MAX,
                        LocalDateTime.MAX,
                        LocalDateTime.MIN,
                        OffsetDateTime.MAX,
                        OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 1, ZoneOffset.ofHoursMinutesSeconds(-1, -2, -3)),
                        ZonedDateTime.of(LocalDateTime.of(2025, 10, 26, 2, 30), paris)
                                .withEarlierOffsetAtOverlap(),
                        ZonedDateTime.of(LocalDateTime.of(2025, 10, 26, 2, 30), paris)
                                .withLaterOffsetAtOverlap(),
                        ZonedDateTime.of(LocalDateTime.of(2025, 1, 1, 0, 0), ZoneId.of("UTC+02:00")),
                        ZonedDateTime.of(LocalDateTime.of(2025, 1, 1, 0, 0), ZoneOffset.UTC),
                        new UUID(0, 0),
                        new UUID(-1, -1),
                        URI.create("https://example.org/ü?q=1#f"),
                        URI.create(""),
                        Optional.empty(),
                        Optional.of(Optional.of(1)),
                        List.of(),
                        List.of(1, "two", 3L, List.of()),
                        Set.of("one"),
                        Map.of(1, List.of(2)),
                        new Payload("inside"))
                .map(value -> DynamicTest.dynamicTest(
                        name(value),
                        () -> assertThat(roundTrip(value)).isEqualTo(value).hasSameHashCodeAs(value)));
    }

    private static String name(Object value) {
        String text = value.toString();
        return value.getClass().getSimpleName() + " " + (text.length() > 40 ? text.length() + " characters" : text);
    }

    @Test
    void everyTypeTravelsAsAComponent() {
        for (Object value : samples()) {
            assertThat(roundTrip(value)).isEqualTo(value);
        }
    }

    @Test
    void bytesTravel() {
        byte[] bytes = new byte[300];
        new Random(1).nextBytes(bytes);

        assertThat(codec.decode(Bytes.class, codec.encode(new Bytes(bytes))).bytes())
                .isEqualTo(bytes);
        assertThat(codec.decode(byte[].class, codec.encode(new byte[0]))).isEmpty();
    }

    @Test
    void aConstantWithABodyIsStillItself() {
        assertThat(roundTrip(Color.GREEN)).isSameAs(Color.GREEN);
        assertThat(roundTrip(Unit.NOTHING)).isSameAs(Unit.NOTHING);
    }

    @Test
    void equalNamesThatWereReadAreOneObject() {
        Codec names = Codec.builder().roots(Coordinates.class).build();
        List<Object> read = Stream.of("a", "b", "a", "b")
                .map(place -> names.decode(
                        Object.class, names.encode(new Coordinates(new Place(place, "x"), new Place("x", place)))))
                .toList();

        assertThat(read.get(2)).isEqualTo(read.get(0)).isNotEqualTo(read.get(1)).isNotSameAs(read.get(0));
        assertThat(((Coordinates) read.get(2)).from()).isSameAs(((Coordinates) read.get(0)).from());
        assertThat(((Coordinates) read.get(3)).to()).isSameAs(((Coordinates) read.get(1)).to());
    }

    /// Of text alone.
    record Place(String town, String street) {}

    record Coordinates(Place from, Place to) {}

    @Test
    void aTypeMayContainItself() {
        Chain chain = new Chain(0, Optional.empty());
        for (int i = 1; i < 25; i++) {
            chain = new Chain(i, Optional.of(chain));
        }

        assertThat(roundTrip(chain)).isEqualTo(chain);
    }

    @Test
    void everyImplementationOfACollectionTravelsAndArrivesEqualAndInOrder() {
        List<Integer> list = new CopyOnWriteArrayList<>(List.of(3, 1, 2));
        Set<String> set = new TreeSet<>(List.of("c", "a", "b"));
        Map<String, Integer> map = new TreeMap<>(Map.of("b", 2, "a", 1));

        assertThat(roundTrip(list)).isEqualTo(list);
        assertThat(roundTrip(set)).isEqualTo(set);
        assertThat(codec.decode(Map.class, codec.encode(map)).keySet().toString())
                .isEqualTo("[a, b]");
    }

    @Test
    void whatIsReadCannotBeChanged() {
        List<?> list = codec.decode(List.class, codec.encode(List.of(1)));
        Set<?> set = codec.decode(Set.class, codec.encode(Set.of(1)));
        Map<?, ?> map = codec.decode(Map.class, codec.encode(Map.of(1, 2)));

        assertThatThrownBy(list::removeFirst).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(set::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(map::clear).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void namesAreWrittenOnce() {
        List<Object> many = new ArrayList<>();
        IntStream.range(0, 1000).forEach(i -> many.add(new Circle(i)));

        assertThat(codec.encode(many).length).isLessThan(1000 * 14);
    }

    @Test
    void randomValuesTravel() {
        Random random = new Random(20_260_101);
        for (int i = 0; i < 3000; i++) {
            Object value = randomValue(random, 4);
            assertThat(roundTrip(value)).as("value %d", i).isEqualTo(value);
        }
    }

    @Test
    void aCodecServesManyThreads() throws Exception {
        List<Object> samples = samples();
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> task = () -> {
                for (int i = 0; i < 500; i++) {
                    Object value = samples.get(i % samples.size());
                    assertThat(roundTrip(value)).isEqualTo(value);
                }
                return true;
            };
            for (Future<Boolean> done : threads.invokeAll(Collections.nCopies(4, task))) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    // ---- what is refused when the codec is built

    record HoldsObject(Object anything) {}

    record HoldsOpen(Comparable<String> open) {}

    record HoldsArray(int[] numbers) {}

    record HoldsGenericArray(List<String>[] lists) {}

    record HoldsRaw(@SuppressWarnings("rawtypes") List list) {}

    record HoldsWild(List<?> list) {}

    record HoldsVariable<T>(T value) {}

    record HoldsClass(Date date) {}

    record HoldsImplementation(ArrayList<String> list) {}

    record HoldsDeep(Map<String, Optional<List<Serializable>>> deep) {}

    sealed interface HalfOpen {}

    record Known() implements HalfOpen {}

    non-sealed interface Unknown extends HalfOpen {}

    sealed interface WithClass {}

    static final class Plain implements WithClass {}

    @TestFactory
    Stream<DynamicTest> whatNobodyCouldDecodeSafelyIsRefusedByName() {
        return Stream.of(
                refused(HoldsObject.class, "HoldsObject.anything", "Object", "Payload"),
                refused(HoldsOpen.class, "HoldsOpen.open", "Comparable", "seal it"),
                refused(HoldsArray.class, "HoldsArray.numbers", "[I"),
                refused(HoldsGenericArray.class, "HoldsGenericArray.lists", "use List"),
                refused(HoldsRaw.class, "HoldsRaw.list", "List"),
                refused(HoldsWild.class, "HoldsWild.list", "Object"),
                refused(HoldsVariable.class, "HoldsVariable.value", "type variable T"),
                refused(HoldsClass.class, "HoldsClass.date", "java.util.Date", "ValueCodec"),
                refused(HoldsImplementation.class, "HoldsImplementation.list", "ArrayList"),
                refused(HoldsDeep.class, "HoldsDeep.deep", "Serializable"),
                refused(HalfOpen.class, "HalfOpen", "Unknown"),
                refused(WithClass.class, "WithClass", "Plain"),
                refused(Date.class, "java.util.Date"),
                refused(Runnable.class, "java.lang.Runnable"));
    }

    private static DynamicTest refused(Class<?> root, String... words) {
        return DynamicTest.dynamicTest(
                root.getSimpleName(),
                () -> refused(() -> Codec.builder().roots(root).build()).hasMessageContainingAll(words));
    }

    interface Answered<R> {}

    record Question() implements Answered<Circle> {}

    @SuppressWarnings("rawtypes")
    record Unclear() implements Answered {}

    @Test
    void aFollowedTypeArgumentIsListedToo() {
        Codec following =
                Codec.builder().roots(Question.class).follow(Answered.class, 0).build();

        assertThat(following.decode(Circle.class, following.encode(new Circle(1))))
                .isEqualTo(new Circle(1));
    }

    @Test
    void aFollowedTypeArgumentThatIsOpenIsRefusedByName() {
        refused(() -> Codec.builder()
                        .roots(Unclear.class)
                        .follow(Answered.class, 0)
                        .build())
                .hasMessageContainingAll("Unclear", "Answered");
    }

    interface Plugin {}

    record One(int number) implements Plugin {}

    record Two() implements Plugin {}

    record Host(Plugin plugin) {}

    @Test
    void aUnionStandsForItsListedRecords() {
        Codec unions =
                Codec.builder().roots(Host.class, One.class).union(Plugin.class).build();

        assertThat(unions.decode(Host.class, unions.encode(new Host(new One(1)))))
                .isEqualTo(new Host(new One(1)));
        refused(() -> unions.encode(new Host(new Two()))).hasMessageContainingAll("Host.plugin", "Two", "Plugin");
    }

    @Test
    void anExtendedCodecKnowsBothLists() {
        Codec extended = codec.extended().roots(Question.class).build();

        assertThat(extended.decode(Question.class, extended.encode(new Question())))
                .isEqualTo(new Question());
        assertThat(extended.decode(Empty.class, codec.encode(new Empty()))).isEqualTo(new Empty());
        refused(() -> codec.encode(new Question()));
    }

    // ---- what is refused when a value is written

    @Test
    void aTypeThatIsNotListedIsRefusedByName() {
        refused(() -> codec.encode(new Question())).hasMessageContainingAll("Question", "Protocols");
        refused(() -> codec.encode(new Payload(List.of(Optional.of(new Question())))))
                .hasMessageContaining("Question");
        refused(() -> codec.encode(Locale.ROOT)).hasMessageContaining("java.util.Locale");
        refused(() -> codec.encode(new int[1])).hasMessageContaining("[I");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway may do
    void nullIsRefusedByName() {
        refused(() -> codec.encode(new Texts(null, BigInteger.ONE, BigDecimal.ONE, new UUID(0, 0), URI.create(""))))
                .hasMessageContainingAll("Texts.text", "null", "Optional");
        refused(() -> codec.encode(new Payload(null))).hasMessageContainingAll("Payload.value", "null");
        refused(() -> codec.encode(new Group(Arrays.asList(new Circle(1), null))))
                .hasMessageContainingAll("Group.members", "null");
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("key", null);
        refused(() -> codec.encode(map)).hasMessageContaining("null");
        refused(() -> codec.encode(Collections.singletonMap(null, 1))).hasMessageContaining("null");
        refused(() -> codec.encode(null)).hasMessageContaining("null");
    }

    @Test
    void aRefusalInTheDepthNamesTheWayThere() {
        refused(() -> codec.encode(new Payload(new Group(List.of(new Group(Collections.singletonList(hidden())))))))
                .hasMessageContainingAll("Payload.value", "Group.members");
    }

    @Test
    void whatTheReceiverWouldRefuseIsRefusedAtTheSender() {
        Chain deep = new Chain(0, Optional.empty());
        for (int i = 0; i < 100; i++) {
            deep = new Chain(i, Optional.of(deep));
        }
        Chain tooDeep = deep;
        List<Object> endless = new ArrayList<>();
        endless.add(endless);

        refused(() -> codec.encode(tooDeep)).hasMessageContaining("64");
        refused(() -> codec.encode(endless)).hasMessageContaining("64");
        refused(() -> codec.encode(new BigDecimal(BigInteger.ONE, 1_000_001))).hasMessageContaining("scale");
        refused(() -> codec.encode(new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)))
                .hasMessageContaining("scale");
    }

    @Test
    void theDeepestValueThatCanBeWrittenCanBeRead() {
        Object value = 1;
        int depth = 0;
        while (true) {
            Object deeper = depth % 2 == 0 ? List.of(value) : Optional.of(value);
            try {
                codec.encode(deeper);
            } catch (WireException _) {
                break;
            }
            value = deeper;
            depth++;
        }

        assertThat(depth).isEqualTo(WireReader.DEPTH_MAX);
        assertThat(roundTrip(value)).isEqualTo(value);
    }

    @Test
    void aTextThatIsNotUnicodeIsRefusedAndNotChanged() {
        refused(() -> codec.encode("half a character \uD83D")).hasMessageContaining("surrogate");
        refused(() -> codec.encode("\uDC4D the other half")).hasMessageContaining("surrogate");
        assertThat(roundTrip("\uD83D\uDC4D")).isEqualTo("\uD83D\uDC4D");
    }

    @Test
    void halfACharacterIsRefusedWhereverItStands() {
        for (int length = 1; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                StringBuilder text = new StringBuilder("y".repeat(length));
                text.setCharAt(at, '?');
                assertThat(roundTrip(text.toString())).isEqualTo(text.toString());
                text.setCharAt(at, '\uD83D');
                refused(() -> codec.encode(text.toString())).hasMessageContaining("index " + text.indexOf("\uD83D"));
            }
        }
    }

    // ---- what is refused when a frame is read

    @Test
    void aTypeThatTheReceiverDoesNotListIsRefusedByName() {
        byte[] frame = codec.encode(new Circle(1));
        Codec other = Codec.builder().roots(Empty.class).build();

        refused(() -> other.decode(Object.class, frame))
                .hasMessageContainingAll(Circle.class.getName(), "not listed", "Protocols");
    }

    @Test
    void aValueOfAnotherTypeThanExpectedIsRefused() {
        refused(() -> codec.decode(Circle.class, codec.encode(new Empty()))).hasMessageContainingAll("Circle", "Empty");
        refused(() -> codec.decode(String.class, codec.encode(1))).hasMessageContainingAll("String", "Integer");
    }

    @Test
    void aFieldOfAnotherTypeIsRefusedByName() {
        WireWriter out = new WireWriter();
        out.tag(Tag.RECORD);
        out.define(Definition.content(Circle.class.getName(), List.of("radius")));
        out.tag(Tag.TEXT);
        out.text("wide");

        refused(() -> codec.decode(Circle.class, out.toBytes()))
                .hasMessageContainingAll("Circle.radius", "double", "text");
    }

    @Test
    void aRecordRefusesWhatItsConstructorRefuses() {
        byte[] frame = codec.encode(new Positive(1));
        frame[frame.length - 1] = 0;

        refused(() -> codec.decode(Positive.class, frame))
                .hasMessageContainingAll("Positive", "number 0 is not positive");
    }

    @Test
    void aFrameThatGoesOnIsRefused() {
        byte[] frame = codec.encode(1);

        refused(() -> codec.decode(Integer.class, Arrays.copyOf(frame, frame.length + 1)))
                .hasMessageContaining("goes on");
        refused(() -> codec.decode(Object.class, new byte[0])).hasMessageContaining("ends");
    }

    // ---- value codecs

    private static Codec locales(ValueCodec<Locale> values) {
        return Codec.builder().values(values).build();
    }

    @Test
    void aValueCodecCarriesAClassOfTheApplication() {
        Codec values = locales(ValueCodec.of(Locale.class, Locale::toLanguageTag, Locale::forLanguageTag));

        assertThat(values.decode(Locale.class, values.encode(Locale.GERMANY))).isEqualTo(Locale.GERMANY);
    }

    @Test
    void aTextThatAValueCodecDoesNotReadIsRefused() {
        Codec values = locales(ValueCodec.of(Locale.class, Locale::toLanguageTag, text -> {
            throw new IllegalStateException("no locale " + text);
        }));

        refused(() -> values.decode(Locale.class, values.encode(Locale.GERMANY)))
                .hasMessageContainingAll("Locale", "no locale de-DE");
    }

    @Test
    @SuppressWarnings("NullAway")
    void aValueCodecThatGivesNullIsRefusedOnBothSides() {
        Codec unreadable = locales(ValueCodec.of(Locale.class, Locale::toLanguageTag, text -> null));
        Codec unwritable = locales(ValueCodec.of(Locale.class, locale -> null, Locale::forLanguageTag));

        refused(() -> unreadable.decode(Object.class, unreadable.encode(Locale.GERMANY)))
                .hasMessageContaining("Locale");
        refused(() -> unwritable.encode(Locale.GERMANY)).hasMessageContaining("Locale");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                String.class,
                Integer.class,
                BigDecimal.class,
                Instant.class,
                Duration.class,
                LocalDate.class,
                LocalTime.class,
                LocalDateTime.class,
                OffsetDateTime.class,
                ZonedDateTime.class,
                URI.class
            })
    void aTypeThatIsBuiltInTakesNoValueCodec(Class<?> type) {
        refused(() -> Codec.builder().values(inWords(type)).build()).hasMessageContaining(type.getName());
    }

    private static <T> ValueCodec<T> inWords(Class<T> type) {
        return ValueCodec.of(type, Object::toString, text -> {
            throw new IllegalArgumentException(text);
        });
    }

    @Test
    void aTypeTakesOneValueCodecHoweverOftenThatIsListed() {
        ValueCodec<Locale> tags = ValueCodec.of(Locale.class, Locale::toLanguageTag, Locale::forLanguageTag);

        Codec twice = Codec.builder().values(tags, tags).build();

        assertThat(twice.decode(Object.class, twice.encode(Locale.GERMANY))).isEqualTo(Locale.GERMANY);
        refused(() -> Codec.builder().values(tags, inWords(Locale.class)).build())
                .hasMessageContaining("java.util.Locale");
    }

    record Rude(String text) {
        @Override
        public String text() {
            throw new IllegalStateException("not today");
        }
    }

    @Test
    void aFieldThatCannotBeReadIsNamed() {
        Codec rude = Codec.builder().roots(Rude.class).build();

        refused(() -> rude.encode(new Payload(new Rude("x"))))
                .hasMessageContainingAll("Payload.value", "Rude.text", "not today");
    }

    record Many(int f0, Chain first, int f1, Chain second) {}

    @Test
    void aRefusalNamesTheFieldAfterARecordWithinTheRecord() {
        Codec many = Codec.builder().roots(Many.class).build();
        byte[] frame = many.encode(new Many(1, new Chain(1, Optional.empty()), 2, new Chain(3, Optional.empty())));
        frame[frame.length - 1] = Tag.TEXT;

        refused(() -> many.decode(Many.class, frame)).hasMessageContainingAll("Many.second", "Chain.next", "text");
    }

    @Test
    void moreDefinitionsThanFewTravel() {
        List<Object> all = new ArrayList<>(samples());
        all.addAll(samples());

        assertThat(roundTrip(all)).isEqualTo(all);
    }

    @Test
    void aValueCodecThatCannotWriteIsRefused() {
        Codec values = locales(ValueCodec.of(
                Locale.class,
                locale -> {
                    throw new IllegalStateException("no tag for " + locale);
                },
                Locale::forLanguageTag));

        refused(() -> values.encode(Locale.GERMANY)).hasMessageContainingAll("Locale", "no tag for de_DE");
    }

    // ---- helpers

    private Object roundTrip(Object value) {
        return codec.decode(Object.class, codec.encode(value));
    }

    @SuppressWarnings("NullAway")
    private static Shape hidden() {
        return null;
    }

    static List<Object> samples() {
        return List.of(
                new Primitives(true, (byte) -1, (short) 300, -70_000, 1L << 40, 'é', 1.5f, -2.25),
                new Boxes(false, (byte) 1, (short) -300, 70_000, -(1L << 40), '\0', Float.NaN, Double.MIN_VALUE),
                new Texts(
                        "text",
                        BigInteger.TEN.pow(30),
                        new BigDecimal("-0.001"),
                        new UUID(1, 2),
                        URI.create("urn:isbn:1")),
                new Times(
                        Instant.ofEpochSecond(1, 2),
                        Duration.ofMillis(-5),
                        LocalDate.of(2026, 3, 4),
                        LocalTime.NOON,
                        LocalDateTime.of(2026, 3, 4, 5, 6),
                        OffsetDateTime.of(2026, 3, 4, 5, 6, 7, 8, ZoneOffset.ofHours(9)),
                        ZonedDateTime.of(2026, 3, 4, 5, 6, 7, 8, ZoneId.of("Africa/Cairo"))),
                new Containing(
                        Optional.of("maybe"),
                        List.of(1, 2, 3),
                        Set.of(Color.GREEN),
                        Map.of("key", List.of(Optional.of(1L), Optional.empty())),
                        List.of(new Circle(1), Unit.POINT, new Group(List.of(new Circle(2)))),
                        new Payload(List.of(new Empty(), Color.RED, "x", 1))),
                new Empty(),
                new Chain(1, Optional.of(new Chain(2, Optional.empty()))),
                new Positive(5));
    }

    private static Object randomValue(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 16 : 10)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextInt() >> random.nextInt(32);
            case 2 -> text(random);
            case 3 -> new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt(40) - 20);
            case 4 -> Duration.ofSeconds(random.nextLong() >> random.nextInt(64), random.nextInt(1_000_000_000));
            case 5 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> new Circle(random.nextGaussian());
            case 8 -> Color.values()[random.nextInt(2)];
            case 9 -> random.nextBoolean();
            case 10 -> Optional.of(randomValue(random, depth - 1));
            case 11 -> new Payload(randomValue(random, depth - 1));
            case 12 -> Map.of(text(random), randomValue(random, depth - 1));
            case 13 -> Set.of(randomValue(random, depth - 1));
            default ->
                Stream.generate(() -> randomValue(random, depth - 1))
                        .limit(random.nextInt(5))
                        .toList();
        };
    }

    private static String text(Random random) {
        return random.ints(random.nextInt(12), 0, Character.MAX_CODE_POINT + 1)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable code) {
        return assertThatThrownBy(code).isInstanceOf(WireException.class);
    }
}
