package dev.pando.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Two releases of one record, each sent to the other.
final class EvolutionTest {

    private static final Release OLD = Release.of("public record Order(String id, int quantity) {}");

    @Test
    void anOldValueGetsDefaultsForNewFields() {
        Release next = Release.of("""
            public record Order(String id, int quantity, Optional<String> note, List<String> tags,
                    Set<Integer> lots, Map<String, String> labels, boolean gift, byte b, short s, long l, char c,
                    float f, double d, Integer boxed, Boolean flag) {}
            """);

        Object received = OLD.sendTo(next, OLD.make("Order", "a-1", 3));

        assertThat(received)
                .hasToString("Order[id=a-1, quantity=3, note=Optional.empty, tags=[], lots=[], labels={}, gift=false,"
                        + " b=0, s=0, l=0, c=\0, f=0.0, d=0.0, boxed=0, flag=false]");
    }

    @TestFactory
    Stream<DynamicTest> aNewFieldOfAnyKindIsPassedOverByTheOldRelease() {
        String nested = "public record Part(String name, List<Part> parts) {} public enum Kind { GOOD, BAD }"
                + " public sealed interface Way {} public record Post(String zone) implements Way {}";
        return Stream.of(
                        field("boolean", true),
                        field("byte", (byte) 1),
                        field("short", (short) -300),
                        field("int", Integer.MIN_VALUE),
                        field("long", Long.MAX_VALUE),
                        field("char", 'x'),
                        field("float", 1.5f),
                        field("double", -1.5),
                        field("String", ""),
                        field("String", "text"),
                        field("String", "long text ".repeat(100)),
                        field("byte[]", new byte[200]),
                        field("BigInteger", BigInteger.TEN.pow(50)),
                        field("BigDecimal", new BigDecimal("12.345")),
                        field("Instant", Instant.EPOCH),
                        field("Optional<String>", Optional.of("note")),
                        field("Optional<String>", Optional.empty()),
                        field("List<String>", List.of("a", "b", "c")),
                        field("Set<Long>", Set.of(1L, 2L)),
                        field("Map<String, Optional<Integer>>", Map.of("a", Optional.of(1), "b", Optional.empty())),
                        field("dev.pando.core.wire.Payload", new Payload(List.of("any", 1, 2.5))))
                .map(added -> DynamicTest.dynamicTest(added.type() + " " + added.value(), () -> {
                    Release next = Release.of(nested
                            + " public record Order(%s added, int quantity, String id) {}".formatted(added.type()));

                    Object received = next.sendTo(OLD, next.make("Order", added.value(), 3, "a-1"));

                    assertThat(received).isEqualTo(OLD.make("Order", "a-1", 3));
                }));
    }

    private record Field(String type, Object value) {}

    private static Field field(String type, Object value) {
        return new Field(type, value);
    }

    @Test
    void aNewFieldOfANewTypeIsPassedOverToo() {
        Release next = Release.of("""
            public record Part(String name, List<Part> parts) {}
            public enum Kind { GOOD, BAD }
            public sealed interface Way {}
            public record Post(String zone) implements Way {}
            public record Order(Part part, Kind kind, Way way, List<Way> ways, String id, int quantity) {}
            """);
        Object part = next.make("Part", "wheel", List.of(next.make("Part", "bolt", List.of())));
        Object way = next.make("Post", "north");
        Object kind = kinds(next)[1];

        Object received = next.sendTo(OLD, next.make("Order", part, kind, way, List.of(way, way), "a-1", 3));

        assertThat(received).isEqualTo(OLD.make("Order", "a-1", 3));
    }

    private static Object[] kinds(Release release) {
        try {
            return release.loadClass("shop.Shop$Kind").getEnumConstants();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aNameFirstSeenInAFieldThatIsPassedOverIsKnownAfterwards() {
        Release next = Release.of("""
            public record Extra(String id, int quantity) {}
            public record Order(Extra extra, String id, int quantity) {}
            """);

        Object received = next.sendTo(OLD, next.make("Order", next.make("Extra", "x", 9), "a-1", 3));

        assertThat(received).isEqualTo(OLD.make("Order", "a-1", 3));
    }

    @Test
    void whateverDepthCanBeWrittenCanBePassedOver() {
        Release next = Release.of("public record Order(String id, int quantity, dev.pando.core.wire.Payload deep) {}");
        Object deep = 1;
        for (int depth = 0; depth < WireReader.DEPTH_MAX - 2; depth++) {
            deep = List.of(deep);
        }
        Object deepest = next.make("Order", "a-1", 3, new Payload(deep));
        Object tooDeep = next.make("Order", "a-1", 3, new Payload(List.of(deep)));

        assertThat(next.sendTo(OLD, deepest)).isEqualTo(OLD.make("Order", "a-1", 3));
        assertThatThrownBy(() -> next.codec().encode(tooDeep)).isInstanceOf(WireException.class);
    }

    @Test
    void fieldsMayBeReordered() {
        Release next = Release.of("public record Order(int quantity, String id) {}");

        assertThat(OLD.sendTo(next, OLD.make("Order", "a-1", 3))).isEqualTo(next.make("Order", 3, "a-1"));
        assertThat(next.sendTo(OLD, next.make("Order", 3, "a-1"))).isEqualTo(OLD.make("Order", "a-1", 3));
    }

    @Test
    void aFieldMayBeRemovedWhenTheOldReleaseHasADefaultForIt() {
        Release next = Release.of("public record Order(String id) {}");

        assertThat(OLD.sendTo(next, OLD.make("Order", "a-1", 3))).isEqualTo(next.make("Order", "a-1"));
        assertThat(next.sendTo(OLD, next.make("Order", "a-1"))).isEqualTo(OLD.make("Order", "a-1", 0));
    }

    @Test
    void aNewFieldWithoutADefaultIsRefusedByName() {
        Release next = Release.of("public record Order(String id, int quantity, String customer) {}");

        assertThatThrownBy(() -> OLD.sendTo(next, OLD.make("Order", "a-1", 3)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.customer")
                .hasMessageContaining("Optional");
        assertThat(next.sendTo(OLD, next.make("Order", "a-1", 3, "ada"))).isEqualTo(OLD.make("Order", "a-1", 3));
    }

    @Test
    void aRemovedFieldWithoutADefaultIsRefusedByNameAtTheOldRelease() {
        Release next = Release.of("public record Order(int quantity) {}");

        assertThatThrownBy(() -> next.sendTo(OLD, next.make("Order", 3)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.id");
    }

    @Test
    void aFieldThatChangesItsTypeIsRefusedByName() {
        Release next = Release.of("public record Order(String id, long quantity) {}");

        assertThatThrownBy(() -> OLD.sendTo(next, OLD.make("Order", "a-1", 3)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.quantity: expected long, got int");
        assertThatThrownBy(() -> next.sendTo(OLD, next.make("Order", "a-1", 3L)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.quantity: expected int, got long");
    }

    @Test
    void aFieldRenamedIsAFieldRemovedAndAFieldAdded() {
        Release next = Release.of("public record Order(String id, int amount) {}");

        assertThat(OLD.sendTo(next, OLD.make("Order", "a-1", 3))).isEqualTo(next.make("Order", "a-1", 0));
    }

    private static final String WAYS = """
        public sealed interface Way {}
        public record Post(String zone) implements Way {}
        public record Order(Way way) {}
        """;

    @Test
    void anUnknownKindOfASealedTypeIsRefusedByName() {
        Release old = Release.of(WAYS);
        Release next = Release.of(WAYS + "public record Drone(int height) implements Way {}");

        assertThat(next.sendTo(old, next.make("Order", next.make("Post", "north"))))
                .isEqualTo(old.make("Order", old.make("Post", "north")));
        assertThatThrownBy(() -> next.sendTo(old, next.make("Order", next.make("Drone", 9))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.way")
                .hasMessageContaining("shop.Shop$Drone");
    }

    @Test
    void aListedTypeThatHasLeftTheSealedSetIsRefusedByName() {
        Release old = Release.of(WAYS);
        Release next = Release.of("""
            public sealed interface Way {}
            public record Train() implements Way {}
            public record Post(String zone) {}
            public record Order(Way way, Optional<Post> post) {}
            """);

        assertThatThrownBy(() -> old.sendTo(next, old.make("Order", old.make("Post", "north"))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.way: expected shop.Shop$Way, got shop.Shop$Post");
    }

    @Test
    void anUnknownConstantIsRefusedByName() {
        Release old = Release.of("public enum Kind { GOOD } public record Order(Kind kind) {}");
        Release next = Release.of("public enum Kind { NEW, GOOD } public record Order(Kind kind) {}");

        assertThat(next.sendTo(old, next.make("Order", kinds(next)[1]))).isEqualTo(old.make("Order", kinds(old)[0]));
        assertThatThrownBy(() -> next.sendTo(old, next.make("Order", kinds(next)[0])))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.kind")
                .hasMessageContaining("NEW");
    }

    @Test
    void aTypeThatBecomesAnotherKindOfTypeIsRefused() {
        Release old = Release.of("public record Kind() {} public record Order(Kind kind) {}");
        Release next = Release.of("public enum Kind { GOOD } public record Order(Kind kind) {}");

        assertThatThrownBy(() -> next.sendTo(old, next.make("Order", kinds(next)[0])))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.kind");
        assertThatThrownBy(() -> old.sendTo(next, old.make("Order", old.make("Kind"))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Order.kind");
    }

    @Test
    void aRecordMayLoseAllItsFieldsAndGainThemBack() {
        Release empty = Release.of("public record Order() {}");
        Release full = Release.of("public record Order(int quantity, Optional<String> note) {}");

        assertThat(full.sendTo(empty, full.make("Order", 1, Optional.of("x")))).isEqualTo(empty.make("Order"));
        assertThat(empty.sendTo(full, empty.make("Order"))).isEqualTo(full.make("Order", 0, Optional.empty()));
    }

    @Test
    void aReleaseThatIsNotUsedAnyMoreIsUnloaded() throws InterruptedException {
        ReferenceQueue<Release> unloaded = new ReferenceQueue<>();
        WeakReference<Release> used = new WeakReference<>(usedOften(), unloaded);

        // A collection finds a class in use while the JVM compiles one of its methods.
        Reference<? extends Release> gone = null;
        for (int collections = 0; gone == null && collections < 100; collections++) {
            System.gc();
            gone = unloaded.remove(100);
        }
        assertThat(gone).isSameAs(used);
    }

    /// So often that the JVM has made code for its own constructors and accessors.
    private static Release usedOften() {
        Release release = Release.of("public record Order(String id, int quantity) {}");
        for (int i = 0; i < 1_000; i++) {
            release.sendTo(release, release.make("Order", "a-1", i));
        }
        return release;
    }
}
