package dev.pando.cluster.discovery;

import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.cluster.discovery.Heard.Refused;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.SortedMap;

/// What one node makes of the packets that it hears.
final class GossipEars {

    private final long id;
    private final Seat seat;
    private final GossipCodec codec;
    private final GossipRoster roster;
    private final GossipRefusals refusals;

    /// @param id of this start of the node, which hears itself too
    GossipEars(long id, Seat seat, GossipCodec codec) {
        this.id = id;
        this.seat = seat;
        this.codec = codec;
        roster = new GossipRoster(seat.host().clock());
        refusals = new GossipRefusals(seat.node(), seat.host().clock());
    }

    void hear(byte[] packet, InetSocketAddress origin) {
        switch (codec.decode(packet, seat.host().clock().now())) {
            case Refused(Kind kind, String why) -> refusals.add(kind, origin, why);
            case Heartbeat beat when beat.id() == id -> {}
            case Heartbeat beat
            when Literals.isLoopback(beat.host()) && !isHere(origin.getAddress()) ->
                refusals.add(
                        Kind.ELSEWHERE,
                        origin,
                        "it is of a node that only its own machine can reach; let it listen on another address than "
                                + "loopback, or speak on loopback only (multicastIf)");
            case Heartbeat beat -> note(beat, origin);
        }
    }

    private void note(Heartbeat beat, InetSocketAddress origin) {
        switch (roster.hear(beat.id(), beat.count(), beat.endpoint(origin))) {
            case NEW -> seat.changed().run();
            case KNOWN -> {}
            case REPEATED ->
                refusals.add(
                        Kind.REPEATED, origin, "it was heard before; the network doubles it, or somebody repeats it");
            case FULL ->
                refusals.add(
                        Kind.FULL,
                        origin,
                        "more than " + GossipRoster.STARTS_MAX + " nodes are heard; give a secret, or another port");
        }
    }

    private static boolean isHere(InetAddress origin) {
        try {
            return origin.isLoopbackAddress() || NetworkInterface.getByInetAddress(origin) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    List<Endpoint> endpoints() {
        return roster.endpoints();
    }

    long refused(Kind kind) {
        return refusals.count(kind);
    }

    SortedMap<String, Long> refused() {
        return refusals.counts();
    }
}
