package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.AUTH;
import org.jgroups.protocols.FD_SOCK2;
import org.jgroups.protocols.FRAG4;
import org.jgroups.protocols.FragHeader;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.pbcast.GMS;

/// What a message may be, by whether its source is a member.
///
/// Who is not may look for members, join, and merge; JGroups would also take a view, somebody else's leave, and data.
/// That is looked at above the protocol that keeps messages in order, in which none may be missing. Since it keeps
/// windows and messages of each stranger, only some of them are heard at a time. Without TLS a source is what its
/// sender says it is.
final class JGroupsGuard {

    static final int STRANGERS_MAX = 256;

    private static final int ORDERS_MAX = 256;
    private static final int DATA_MAX = 50_000;
    private static final long HEARD_NANOS = 20_000_000_000L;
    private static final byte[] NOTHING = {};
    private static final int FRAGMENTS_MAX = 512;

    private static final short UNICAST = ClassConfigurator.getProtocolId(UNICAST4.class);
    private static final short DETECTOR = ClassConfigurator.getProtocolId(FD_SOCK2.class);
    private static final short COOKIE = ClassConfigurator.getProtocolId(AUTH.class);
    private static final short MEMBERSHIP = ClassConfigurator.getProtocolId(GMS.class);
    private static final short FRAGMENT = ClassConfigurator.getProtocolId(FRAG4.class);

    private final JGroupsReporter reporter;
    private final Map<Address, Stranger> strangers = new LinkedHashMap<>();
    private int data;
    private volatile Set<Address> members = Set.of();

    private static final class Stranger {
        final long endNanos;
        int orders;
        int data;

        Stranger(long endNanos) {
            this.endNanos = endNanos;
        }
    }

    JGroupsGuard(JGroupsReporter reporter) {
        this.reporter = reporter;
    }

    /// Whether the message goes on from the transport; it is counted otherwise.
    ///
    /// @param connection where the message came from
    boolean admits(Message message, Address connection) {
        Address source = message.getSrc();
        if (source == null) {
            reporter.refused(Refusal.MESSAGE, connection, "it has no source");
            return false;
        }
        if (message.getHeader(FRAGMENT) instanceof FragHeader fragment && !isPossible(fragment)) {
            reporter.refused(Refusal.MESSAGE, connection, "it is said to be " + fragment);
            return false;
        }
        // Who has no view yet hears all: to it the whole cluster are strangers.
        if (members.contains(source) || members.isEmpty()) {
            return true;
        }
        if (message.getHeader(MEMBERSHIP) instanceof GMS.GmsHeader header && lacksCookie(header, message)) {
            reporter.refused(Refusal.COOKIE, connection, "it asks to join or to merge, and shows no cookie");
            return false;
        }
        if (message.getHeader(DETECTOR) != null) {
            reporter.refused(Refusal.STRANGER, connection, source + " is no member, and suspects somebody");
            return false;
        }
        boolean order = message.getHeader(MEMBERSHIP) != null;
        boolean kept =
                message.getHeader(UNICAST) instanceof UnicastHeader header && header.type() == UnicastHeader.DATA;
        if (!isHeard(source, order, kept)) {
            reporter.refused(Refusal.STRANGER, connection, "too many that are no members say too much");
            return false;
        }
        if (kept && !order && message instanceof BytesMessage bytes) {
            // Its place in the order counts, and what it says will be refused above.
            bytes.setArray(NOTHING, 0, 0);
        }
        return true;
    }

    private static boolean isPossible(FragHeader fragment) {
        return fragment.num_frags > 0
                && fragment.num_frags <= FRAGMENTS_MAX
                && fragment.frag_id >= 0
                && fragment.frag_id < fragment.num_frags;
    }

    private static boolean lacksCookie(GMS.GmsHeader header, Message message) {
        return switch (header.getType()) {
            case GMS.GmsHeader.JOIN_REQ, GMS.GmsHeader.JOIN_REQ_WITH_STATE_TRANSFER, GMS.GmsHeader.MERGE_REQ ->
                message.getHeader(COOKIE) == null;
            default -> false;
        };
    }

    /// Whether the message goes on to membership and what is above; it is counted otherwise.
    boolean passes(Message message) {
        Address source = message.getSrc();
        if (members.contains(source) || isForStrangers(message)) {
            return true;
        }
        reporter.refused(Refusal.STRANGER, source, "it is no member");
        return false;
    }

    private boolean isForStrangers(Message message) {
        if (message.getHeader(FRAGMENT) != null || !(message.getHeader(MEMBERSHIP) instanceof GMS.GmsHeader header)) {
            return false;
        }
        return switch (header.getType()) {
            case GMS.GmsHeader.VIEW, GMS.GmsHeader.LEAVE_REQ, GMS.GmsHeader.GET_CURRENT_VIEW -> members.isEmpty();
            default -> true;
        };
    }

    /// @param order whether it is for the membership
    /// @param kept whether the engine may keep it, until those before it have come
    private synchronized boolean isHeard(Address source, boolean order, boolean kept) {
        long now = System.nanoTime();
        Iterator<Stranger> oldest = strangers.values().iterator();
        while (oldest.hasNext()) {
            Stranger next = oldest.next();
            if (now - next.endNanos < 0) {
                break;
            }
            data -= next.data;
            oldest.remove();
        }
        Stranger stranger = strangers.get(source);
        if (stranger == null && strangers.size() < STRANGERS_MAX) {
            stranger = new Stranger(now + HEARD_NANOS);
            strangers.put(source, stranger);
        }
        if (stranger == null) {
            return false;
        }
        if (order) {
            return stranger.orders++ < ORDERS_MAX;
        }
        if (kept && data < DATA_MAX) {
            data++;
            stranger.data++;
            return true;
        }
        return !kept;
    }

    /// Makes room for others when strangers have become members.
    synchronized void viewChanged(Collection<Address> now) {
        members = new HashSet<>(now);
        for (Address member : now) {
            Stranger stranger = strangers.remove(member);
            data -= stranger == null ? 0 : stranger.data;
        }
    }
}
