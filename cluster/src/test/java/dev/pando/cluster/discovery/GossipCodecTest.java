package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.cluster.discovery.Heard.Refused;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GossipCodecTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
    private static final Heartbeat BEAT = new Heartbeat(0x0123456789abcdefL, 42, NOW, "10.0.0.1", 7800);
    private static final int HEAD_BYTES = 6;

    private static final GossipCodec PLAIN = new GossipCodec(Optional.empty());
    private static final GossipCodec SEALED = new GossipCodec(Optional.of("0123456789abcdef"));
    private static final GossipCodec OTHER = new GossipCodec(Optional.of("0123456789abcdeF"));

    static Stream<GossipCodec> both() {
        return Stream.of(PLAIN, SEALED);
    }

    private static void assertRefused(Heard heard, Kind kind) {
        assertThat(heard)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.kind()).isEqualTo(kind));
    }

    @ParameterizedTest
    @MethodSource("both")
    void whatIsSaidIsHeard(GossipCodec codec) {
        for (String host : new String[] {"", "10.0.0.1", "fe80::1%eth0", "alpha_1.example-2.com", "a".repeat(253)}) {
            for (int port : new int[] {1, 7800, 32_768, 65_535}) {
                Heartbeat beat = new Heartbeat(-1, Long.MAX_VALUE, NOW, host, port);

                byte[] packet = codec.encode(beat);

                assertThat(codec.decode(packet, NOW)).isEqualTo(beat);
                assertThat(packet).hasSizeLessThanOrEqualTo(GossipCodec.BYTES_MAX);
            }
        }
    }

    @Test
    void nodesWithTheSameSecretUnderstandEachOther() {
        assertThat(new GossipCodec(Optional.of("0123456789abcdef")).decode(SEALED.encode(BEAT), NOW))
                .isEqualTo(BEAT);
    }

    @Test
    void anotherSecretIsRefused() {
        assertRefused(OTHER.decode(SEALED.encode(BEAT), NOW), Kind.SECRET);
    }

    @Test
    void aSecretOnOneSideOnlyIsRefused() {
        assertRefused(PLAIN.decode(SEALED.encode(BEAT), NOW), Kind.SECRET);
        assertRefused(SEALED.decode(PLAIN.encode(BEAT), NOW), Kind.SECRET);
    }

    @Test
    void aSealedPacketShowsNothingAndIsNeverTheSame() {
        byte[] packet = SEALED.encode(BEAT);

        assertThat(new String(packet, StandardCharsets.ISO_8859_1)).doesNotContain("10.0.0.1");
        assertThat(SEALED.encode(BEAT)).isNotEqualTo(packet);
    }

    @ParameterizedTest
    @MethodSource("both")
    void aPacketThatIsCutAnywhereIsRefused(GossipCodec codec) {
        byte[] packet = codec.encode(BEAT);

        for (int length = 0; length < packet.length; length++) {
            assertThat(codec.decode(Arrays.copyOf(packet, length), NOW))
                    .as("the first %s bytes", length)
                    .isInstanceOf(Refused.class);
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void aPacketWithMoreBehindItIsRefused(GossipCodec codec) {
        byte[] packet = codec.encode(BEAT);

        for (int length = packet.length + 1; length <= GossipCodec.BYTES_MAX + 1; length++) {
            assertThat(codec.decode(Arrays.copyOf(packet, length), NOW))
                    .as("%s bytes", length)
                    .isInstanceOf(Refused.class);
        }
        assertRefused(codec.decode(Arrays.copyOf(packet, GossipCodec.BYTES_MAX + 1), NOW), Kind.FOREIGN);
    }

    @Test
    void aSealedPacketOfWhichABitIsFlippedIsRefused() {
        byte[] packet = SEALED.encode(BEAT);

        for (int bit = 0; bit < packet.length * 8; bit++) {
            assertThat(SEALED.decode(flipped(packet, bit), NOW))
                    .as("bit %s", bit)
                    .isInstanceOf(Refused.class);
        }
    }

    @Test
    void aPlainPacketOfWhichABitIsFlippedIsRefusedOrSomethingElseAndEndsNothing() {
        byte[] packet = PLAIN.encode(BEAT);

        for (int bit = 0; bit < packet.length * 8; bit++) {
            Heard heard = PLAIN.decode(flipped(packet, bit), NOW);

            assertThat(heard).as("bit %s", bit).isNotEqualTo(BEAT);
            if (bit < HEAD_BYTES * 8) {
                assertThat(heard).as("bit %s", bit).isInstanceOf(Refused.class);
            }
        }
    }

    private static byte[] flipped(byte[] packet, int bit) {
        byte[] flipped = packet.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        return flipped;
    }

    @Test
    void anotherVersionIsNamed() {
        byte[] packet = PLAIN.encode(BEAT);
        packet[4] = 2;

        assertThat(PLAIN.decode(packet, NOW)).isEqualTo(new Refused(Kind.FOREIGN, "it is of version 2, not 1"));
    }

    @ParameterizedTest
    @MethodSource("both")
    void noiseIsRefused(GossipCodec codec) {
        Random random = new Random(1);
        byte[] start = codec.encode(BEAT);
        for (int round = 0; round < 5_000; round++) {
            byte[] noise = new byte[random.nextInt(GossipCodec.BYTES_MAX + 2)];
            random.nextBytes(noise);

            assertRefused(codec.decode(noise, NOW), Kind.FOREIGN);

            System.arraycopy(start, 0, noise, 0, Math.min(HEAD_BYTES, noise.length));
            assertThat(codec.decode(noise, NOW)).isInstanceOf(Refused.class);
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void aTimeInsideTheWindowCountsAndOneOutsideDoesNot(GossipCodec codec) {
        byte[] packet = codec.encode(BEAT);
        Duration outside = GossipCodec.WINDOW.plusMillis(1);

        assertThat(codec.decode(packet, NOW.plus(GossipCodec.WINDOW))).isEqualTo(BEAT);
        assertThat(codec.decode(packet, NOW.minus(GossipCodec.WINDOW))).isEqualTo(BEAT);
        assertRefused(codec.decode(packet, NOW.plus(outside)), Kind.TIME);
        assertRefused(codec.decode(packet, NOW.minus(outside)), Kind.TIME);
    }

    @Test
    void howFarTheClocksDifferIsSaid() {
        byte[] packet = SEALED.encode(BEAT);

        assertThat(why(packet, NOW.plusSeconds(300))).startsWith("its time is 300 s behind this node's, and may be 60");
        assertThat(why(packet, NOW.minusSeconds(90))).startsWith("its time is 90 s ahead of this node's");
    }

    private static String why(byte[] packet, Instant now) {
        return ((Refused) SEALED.decode(packet, now)).why();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void aTimeThatCannotBeIsRefused(long millis) {
        Heartbeat beat = new Heartbeat(1, 1, Instant.ofEpochMilli(millis), "", 7800);

        assertRefused(PLAIN.decode(PLAIN.encode(beat), NOW), Kind.TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a@b", "a/b", "a\nb", "é", "a\u0000"})
    void aHostThatIsNoneIsNeitherSaidNorHeard(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Heartbeat(1, 1, NOW, host, 7800));

        byte[] packet = PLAIN.encode(new Heartbeat(1, 1, NOW, "x".repeat(host.length()), 7800));
        byte[] text = host.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(text, 0, packet, packet.length - text.length, text.length);
        assertRefused(PLAIN.decode(packet, NOW), Kind.FOREIGN);
    }

    @Test
    void aPortThatIsNoneIsNeitherSaidNorHeard() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Heartbeat(1, 1, NOW, "", 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Heartbeat(1, 1, NOW, "", 65_536));

        byte[] packet = PLAIN.encode(new Heartbeat(1, 1, NOW, "", 1));
        packet[packet.length - 2] = 0;
        assertRefused(PLAIN.decode(packet, NOW), Kind.FOREIGN);
    }
}
