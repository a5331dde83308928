package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.AUTH;
import org.jgroups.protocols.AuthHeader;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.MessageBatch;
import org.jspecify.annotations.Nullable;

/// Checks the cookie of those who join or merge, and lets nothing else of strangers through. JGroups' own leaves that
/// to the protocols above, and they trust whoever speaks.
final class JGroupsAuth extends AUTH {

    private final JGroupsGuard guard;
    private final JGroupsReporter reporter;

    JGroupsAuth(Cookie cookie, JGroupsGuard guard, JGroupsReporter reporter) {
        this.guard = guard;
        this.reporter = reporter;
        setAuthToken(new JGroupsCookieToken(cookie));
        setId(ClassConfigurator.getProtocolId(AUTH.class));
    }

    @Override
    public String getName() {
        return AUTH.class.getSimpleName();
    }

    @Override
    public @Nullable Object up(Message message) {
        return guard.passes(message) ? super.up(message) : null;
    }

    @Override
    public void up(MessageBatch batch) {
        batch.removeIf(message -> !guard.passes(message), true);
        if (!batch.isEmpty()) {
            super.up(batch);
        }
    }

    @Override
    protected boolean handleAuthHeader(GMS.GmsHeader asked, AuthHeader shown, Message message) {
        if (!needsAuthentication(message, asked) || getAuthToken().authenticate(shown.getToken(), message)) {
            return true;
        }
        Object address = down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, message.getSrc()));
        String origin = message.getSrc() + (address == null ? "" : " at " + address);
        reporter.refused(Refusal.COOKIE, origin, "it asks to join or to merge, and has another cookie");
        sendRejectionMessage(asked.getType(), message.getSrc(), "authentication failed");
        return false;
    }
}
