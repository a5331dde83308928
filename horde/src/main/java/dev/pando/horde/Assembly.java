package dev.pando.horde;

import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the [Quorum] of a supervisor lets its server do: with a majority all, without one nothing.
/// Keeps the [Attendance] of the voters and the [Absences] of owners, and tells the namesakes of
/// those. Confined to the server's process.
///
/// A server that has not run for some seconds – its machine was stopped, or busy – may have missed
/// that the others lost it. It knows of nobody then, until they say that they still know it; and
/// its children have no longer to stop than until the others may have taken them over.
final class Assembly {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);
    /// Less than it takes the others to miss a node that is silent.
    private static final Duration BLIND = Duration.ofSeconds(4);

    private static final Duration REMIND = Duration.ofSeconds(30);

    private final Quorum quorum;
    private final Node node;
    private final Peers peers;
    private final Replica replica;
    private final Attendance attendance;
    private final Absences absences;
    /// The last claim of each node whose server is known to have ended, and its children with it.
    private final Map<NodeName, Token> dead = new TreeMap<>();
    /// When the session with a node ended that may go on.
    private final Map<NodeName, Long> lostNanos = new TreeMap<>();

    private final Set<Pid> stopping = new LinkedHashSet<>();
    private final Map<From<Boolean>, Long> waiting = new LinkedHashMap<>();
    private Absences.Statement told = Absences.Statement.NOTHING;
    private OptionalLong metNanos = OptionalLong.empty();
    private long saidNanos;
    private long awakeNanos;
    private long sleptNanos;

    Assembly(Quorum quorum, Node node, Peers peers, Replica replica) {
        this.quorum = quorum;
        this.node = node;
        this.peers = peers;
        this.replica = replica;
        this.attendance = new Attendance(quorum, node.name());
        this.absences = new Absences(quorum, node.name());
        this.saidNanos = now();
        this.awakeNanos = saidNanos;
    }

    private long now() {
        return node.host().clock().nanos();
    }

    // ---- what it lets the server do

    /// Whether this node is a voter.
    boolean isVoter() {
        return quorum.voters().contains(node.name());
    }

    boolean isMet() {
        return attendance.isMet();
    }

    /// Whether a child may be claimed that nobody owns. Not just after somebody has come: those who
    /// do not see all of the same nodes yet would claim it on several. And not within the margin
    /// after somebody was lost, who may have claimed it before, unheard.
    boolean mayTakeOver(Entry orphan) {
        long now = now();
        boolean settled = metNanos.stream().allMatch(met -> now - met >= Attendance.SETTLE.toNanos())
                && lostNanos.values().stream()
                        .allMatch(lost -> now - lost >= quorum.margin().toNanos());
        return isMet() && settled && (isDead(orphan.claim()) || absences.isReleased(Owner.of(orphan), now));
    }

    /// Whether the claim died with its server: that has said so itself, or a later one is there.
    private boolean isDead(Claim claim) {
        NodeName owner = claim.owner();
        long incarnation = claim.token().incarnation();
        Optional<Token> last = Optional.ofNullable(dead.get(owner));
        return peers.hasSucceeded(claim)
                || last.filter(token -> token.incarnation() == incarnation
                                && claim.token().stamp() <= token.stamp())
                        .isPresent();
    }

    /// Why nothing is started now.
    ExitReason refusal() {
        return new ExitReason.NoQuorum(node.name());
    }

    // ---- who is there

    /// Looks who is there, and who is missing, and tells the namesakes when that has changed.
    Attendance.Change look() {
        long now = now();
        sleptNanos = now - awakeNanos;
        if (sleptNanos >= BLIND.toNanos()) {
            log.warn("{} has not run for {}, and asks who still knows it", node, Duration.ofNanos(sleptNanos));
            awakeNanos = now;
            attendance.clear();
        }
        Set<Owner> orphaned = new LinkedHashSet<>();
        replica.orphans().forEach(orphan -> orphaned.add(Owner.of(orphan)));
        Absences.Statement statement = absences.look(now, orphaned, peers::has);
        if (!statement.equals(told)) {
            told = statement;
            tell(peers.servers());
        }
        Attendance.Change change = attendance.look(now, stopping.isEmpty());
        if (change == Attendance.Change.REACHED) {
            waiting.keySet().forEach(from -> from.reply(true));
            waiting.clear();
        }
        return change;
    }

    private void tell(List<Pid> servers) {
        servers.forEach(server -> Self.cast(server, new SupervisorProtocol.Missing(Self.pid(), told)));
    }

    void met(Pid server) {
        metNanos = OptionalLong.of(now());
        lostNanos.remove(server.node());
        if (!told.equals(Absences.Statement.NOTHING)) {
            tell(List.of(server));
        }
    }

    /// A namesake has told all it knows, or says that it is still there.
    void here(Pid server) {
        if (peers.knows(server)) {
            attendance.came(server.node());
        }
    }

    void lost(Pid server) {
        lostNanos.put(server.node(), now());
        attendance.left(server.node());
        absences.left(server.node());
    }

    /// The end of a server was heard of, and not only the end of the session with it.
    void ended(Pid server) {
        lostNanos.remove(server.node());
        replica.ownedBy(server.node(), server.incarnation()).stream()
                .map(entry -> entry.claim().token())
                .max(Token::compareTo)
                .ifPresent(last -> dead.put(server.node(), last));
    }

    void hear(SupervisorProtocol.Missing missing) {
        if (peers.knows(missing.server())) {
            absences.hear(missing.server().node(), missing.statement());
        }
    }

    /// Answers a namesake that asks whether it is still known.
    void answer(Pid asker) {
        if (peers.knows(asker)) {
            Self.cast(asker, new SupervisorProtocol.Here(Self.pid()));
        }
    }

    /// To be called every second, after a look.
    void tick() {
        long now = now();
        awakeNanos = now;
        for (NodeName voter : quorum.voters()) {
            if (!attendance.isThere(voter)) {
                peers.on(voter).ifPresent(server -> Self.cast(server, new SupervisorProtocol.RollCall(Self.pid())));
            }
        }
        waiting.values().removeIf(deadline -> now - deadline >= 0);
        if (isMet()) {
            saidNanos = now;
        } else if (now - saidNanos >= REMIND.toNanos()) {
            saidNanos = now;
            log.warn("{} runs no children, since it sees {}", node, this);
        }
    }

    void await(From<Boolean> from, long budgetNanos) {
        if (isMet()) {
            from.reply(true);
        } else {
            waiting.put(from, now() + budgetNanos);
        }
    }

    // ---- children that are stopped here

    /// Stops a process in time.
    void stop(Pid pid, Duration shutdown) {
        stopping.add(pid);
        Self.exit(pid, ExitReason.shutdown());
        hurry(pid, shutdown);
    }

    /// Kills a process that takes longer than it may.
    void hurry(Pid pid, Duration shutdown) {
        long most = Math.min(quorum.grace().toNanos(), quorum.margin().toNanos() - sleptNanos);
        Duration left = Duration.ofNanos(Math.max(0, most));
        Self.sendAfter(shutdown.compareTo(left) < 0 ? shutdown : left, new SupervisorProtocol.Overdue(pid));
    }

    void stopped(Pid pid) {
        stopping.remove(pid);
    }

    @Override
    public String toString() {
        List<NodeName> missing = quorum.voters().stream()
                .filter(voter -> !attendance.isThere(voter))
                .toList();
        return "all but " + missing + " of " + quorum.voters().size() + " voters";
    }
}
