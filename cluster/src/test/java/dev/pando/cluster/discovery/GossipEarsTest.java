package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pando.cluster.discovery.Heard.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class GossipEarsTest {

    private static final long ME = 7;
    private static final long OTHER = 8;
    private static final InetSocketAddress ORIGIN = origin("192.0.2.9");

    private final Logger logger = (Logger) LoggerFactory.getLogger(Gossip.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final HandClock clock = new HandClock();
    private final GossipCodec codec = new GossipCodec(Optional.empty());
    private final GossipEars ears = new GossipEars(ME, Seats.at(clock, changes::incrementAndGet), codec);

    @BeforeEach
    void attach() {
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    private static InetSocketAddress origin(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 45_892);
    }

    private byte[] packet(long id, long count, String host) {
        return codec.encode(new Heartbeat(id, count, clock.now(), host, 7801));
    }

    private List<String> messages() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void aNewNodeIsToldOfOnce() {
        ears.hear(packet(OTHER, 1, "10.0.0.1"), ORIGIN);
        ears.hear(packet(OTHER, 2, "10.0.0.1"), ORIGIN);

        assertThat(changes).hasValue(1);
        assertThat(ears.endpoints()).containsExactly(new Endpoint("10.0.0.1", 7801));
        assertThat(messages()).isEmpty();
    }

    @Test
    void aNodeDoesNotHearItself() {
        ears.hear(packet(ME, 1, "10.0.0.1"), ORIGIN);
        ears.hear(packet(ME, 1, "10.0.0.1"), ORIGIN);

        assertThat(changes).hasValue(0);
        assertThat(ears.endpoints()).isEmpty();
        assertThat(messages()).isEmpty();
    }

    @Test
    void aNodeThatListensOnAllAddressesIsWhereItsHeartbeatsComeFrom() {
        ears.hear(packet(OTHER, 1, ""), ORIGIN);

        assertThat(ears.endpoints()).containsExactly(new Endpoint("192.0.2.9", 7801));
    }

    @Test
    void aNodeThatListensOnLoopbackCountsOnItsOwnMachineOnly() {
        for (String loopback : List.of("127.0.0.1", "localhost", "::1")) {
            ears.hear(packet(OTHER, 1, loopback), origin("198.51.100.9"));
        }
        assertThat(ears.endpoints()).isEmpty();
        assertThat(ears.refused(Kind.ELSEWHERE)).isEqualTo(3);
        assertThat(messages()).hasSize(1).first().asString().contains("multicastIf");

        ears.hear(packet(OTHER, 1, "127.0.0.1"), origin("127.0.0.1"));

        assertThat(ears.endpoints()).containsExactly(new Endpoint("127.0.0.1", 7801));
    }

    @Test
    void whatIsRepeatedIsIgnoredAndCounted() {
        byte[] packet = packet(OTHER, 1, "");
        ears.hear(packet, ORIGIN);

        ears.hear(packet, origin("192.0.2.66"));

        assertThat(ears.endpoints()).containsExactly(new Endpoint("192.0.2.9", 7801));
        assertThat(ears.refused(Kind.REPEATED)).isEqualTo(1);
    }

    @Test
    void whatIsIgnoredIsLoggedOnceAMinuteWithItsOrigin() {
        for (int i = 0; i < 100; i++) {
            ears.hear(new byte[i], ORIGIN);
            ears.hear(
                    new GossipCodec(Optional.of("0123456789abcdef"))
                            .encode(new Heartbeat(OTHER, 1, clock.now(), "", 7801)),
                    ORIGIN);
        }
        assertThat(messages())
                .containsExactly(
                        "here@localhost ignored a packet (FOREIGN) from /192.0.2.9:45892 (1 so far): it is not a "
                                + "heartbeat of a node",
                        "here@localhost ignored a packet (SECRET) from /192.0.2.9:45892 (1 so far): it has a secret, "
                                + "and this node has none; give all the same");

        clock.turn(GossipRefusals.INTERVAL.minusNanos(1));
        ears.hear(new byte[0], ORIGIN);
        assertThat(messages()).hasSize(2);

        clock.turn(Duration.ofNanos(1));
        ears.hear(new byte[0], origin("192.0.2.10"));
        assertThat(messages()).hasSize(3).last().asString().contains("/192.0.2.10:45892 (102 so far)");
        assertThat(ears.refused(Kind.FOREIGN)).isEqualTo(102);
        assertThat(ears.refused(Kind.SECRET)).isEqualTo(100);
    }

    @Test
    void moreNodesThanTheBoundAreIgnoredAndCounted() {
        for (int id = 0; id < GossipRoster.STARTS_MAX; id++) {
            ears.hear(packet(1_000 + id, 1, "10.0.0.1"), ORIGIN);
        }
        ears.hear(packet(OTHER, 1, "10.0.0.2"), ORIGIN);

        assertThat(ears.endpoints()).containsExactly(new Endpoint("10.0.0.1", 7801));
        assertThat(ears.refused(Kind.FULL)).isEqualTo(1);
    }
}
