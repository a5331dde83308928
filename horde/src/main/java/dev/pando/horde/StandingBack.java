package dev.pando.horde;

import dev.pando.core.ExitReason;
import dev.pando.core.Exported;
import dev.pando.core.HandOver;
import dev.pando.core.Handoff;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies of children of this node that stand back behind another one: each gives its state to the one that stays, if
/// it can and in time, and ends. Confined to the server's process.
final class StandingBack {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);
    private static final Duration EXPORT = Duration.ofSeconds(2);

    private final Node node;
    private final Peers peers;
    private final Map<Pid, Copy> copies = new LinkedHashMap<>();

    private record Copy(Entry entry, Pid winner, ExitReason reason) {}

    StandingBack(Node node, Peers peers) {
        this.node = node;
        this.peers = peers;
    }

    void begin(Entry mine, Entry winner, Pid pid, ExitReason reason) {
        Optional<Pid> server = peers.on(winner.claim().owner());
        if (!(mine.spec().behaviour() instanceof Handoff) || server.isEmpty() || mine.state() == ChildState.STARTING) {
            end(pid, reason, mine.spec().shutdown());
            return;
        }
        copies.put(pid, new Copy(mine, server.get(), reason));
        HandOver.suspend(node, pid, node.newRef(), Self.pid());
        Self.sendAfter(EXPORT, new SupervisorProtocol.StandBack(pid));
    }

    /// Whether it was a copy that was suspended; its state is on its way then.
    boolean suspended(HandOver.Suspended suspended) {
        Pid pid = suspended.server();
        Copy copy = copies.get(pid);
        if (copy == null) {
            return false;
        }
        if (suspended.outcome() instanceof HandOver.Outcome.Taken(Exported exported)) {
            String id = copy.entry().spec().id();
            try {
                Self.cast(copy.winner(), new SupervisorProtocol.Merge(id, exported));
            } catch (WireException e) {
                log.warn("{} cannot pass on the state of '{}': {}", node, id, e.getMessage());
            }
        }
        end(pid);
        return true;
    }

    /// Ends a copy, whether it has given its state away or not.
    void end(Pid pid) {
        Copy copy = copies.remove(pid);
        if (copy != null) {
            end(pid, copy.reason(), copy.entry().spec().shutdown());
        }
    }

    /// Notes that a process has ended by itself.
    void ended(Pid pid) {
        copies.remove(pid);
    }

    /// Ends a process that is no child any more, whose end is nobody's business.
    static void end(Pid pid, ExitReason reason, Duration shutdown) {
        Self.unlink(pid);
        Self.exit(pid, reason);
        Self.sendAfter(shutdown, new SupervisorProtocol.Overdue(pid));
    }
}
