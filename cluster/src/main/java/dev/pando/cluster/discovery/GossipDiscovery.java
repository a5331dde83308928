package dev.pando.cluster.discovery;

import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.core.spi.Clock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Two threads of a node: one listens, one speaks.
final class GossipDiscovery implements Discovery {

    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private final DiscoveryStrategy.Seat seat;
    private final GossipSocket socket;
    private final GossipCodec codec;
    private final GossipEars ears;
    private final Heartbeat first;

    /// Of the speaker only.
    private long count;

    private volatile boolean closed;
    private volatile @Nullable Thread speaker;

    /// Why nothing is heard any more.
    private volatile @Nullable Exception deaf;

    /// Why the last heartbeat was not sent.
    private volatile @Nullable Exception mute;

    private GossipDiscovery(Gossip options, DiscoveryStrategy.Seat seat, Heartbeat first, GossipSocket socket) {
        this.seat = seat;
        this.first = first;
        this.socket = socket;
        codec = new GossipCodec(options.secret());
        ears = new GossipEars(first.id(), seat, codec);
    }

    static GossipDiscovery open(Gossip options, DiscoveryStrategy.Seat seat) throws IOException {
        Endpoint listens = seat.listens();
        Heartbeat first = new Heartbeat(
                seat.host().entropy().random().nextLong(),
                1,
                seat.host().clock().now(),
                Literals.isWildcard(listens.host()) ? "" : listens.host(),
                listens.port());
        GossipDiscovery discovery = new GossipDiscovery(options, seat, first, GossipSocket.open(options));
        discovery.start();
        return discovery;
    }

    private void start() {
        seat.host().scheduler().start("pando-gossip-ears-" + seat.node(), this::listen);
        speaker = seat.host().scheduler().start("pando-gossip-voice-" + seat.node(), this::speak);
    }

    private void listen() {
        // One more than can be right, so that a longer packet is known by its length.
        ByteBuffer packet = ByteBuffer.allocate(GossipCodec.BYTES_MAX + 1);
        try {
            while (true) {
                packet.clear();
                InetSocketAddress origin = socket.receive(packet);
                byte[] bytes = new byte[packet.flip().remaining()];
                packet.get(bytes);
                ears.hear(bytes, origin);
            }
        } catch (IOException | RuntimeException e) {
            deaf = e;
        }
    }

    private void speak() {
        while (!closed) {
            try {
                socket.send(this::packet);
                mute = null;
            } catch (IOException | RuntimeException e) {
                mute = e;
            }
            rest();
        }
    }

    private byte[] packet() {
        count++;
        return codec.encode(new Heartbeat(first.id(), count, seat.host().clock().now(), first.host(), first.port()));
    }

    private void rest() {
        Clock clock = seat.host().clock();
        long pause = seat.host().entropy().random().nextLong(PAUSE_MIN.toNanos(), PAUSE_MAX.toNanos() + 1);
        long end = clock.nanos() + pause;
        while (!closed && clock.nanos() - end < 0) {
            seat.host().scheduler().parkUntil(end);
        }
    }

    @Override
    public List<Endpoint> lookup(Duration timeout) throws IOException {
        Optional<Exception> failure = Optional.ofNullable(deaf).or(() -> Optional.ofNullable(mute));
        if (failure.isPresent()) {
            throw new IOException("Gossip: " + failure.get().getMessage(), failure.get());
        }
        return ears.endpoints();
    }

    long refused(Kind kind) {
        return ears.refused(kind);
    }

    @Override
    public SortedMap<String, Long> refused() {
        return ears.refused();
    }

    @Override
    public void close() {
        closed = true;
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
        Thread resting = speaker;
        if (resting != null) {
            seat.host().scheduler().unpark(resting);
        }
    }
}
