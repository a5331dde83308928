package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.wire.Payload;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks placement and hooks, which are others' code, where children run: with what this node knows of the nodes and
/// their children, and without ending anything when they fail. Confined to the server's process.
final class Choice {

    private static final Logger log = LoggerFactory.getLogger(DistributedSupervisor.class);

    private final Cluster cluster;
    private final Node node;
    private final SupervisorOptions options;
    private final Peers peers;
    private final Replica replica;

    Choice(Cluster cluster, SupervisorOptions options, Peers peers, Replica replica) {
        this.cluster = cluster;
        this.node = cluster.node();
        this.options = options;
        this.peers = peers;
        this.replica = replica;
    }

    /// The node for a child; empty when none shall run it, and when placement fails.
    Optional<NodeName> place(ChildSpec spec) {
        return place(spec, candidates(spec));
    }

    /// Whether this node would be chosen if it were alone.
    boolean mayRunHere(ChildSpec spec) {
        List<Candidate> here = candidates(spec).stream()
                .filter(candidate -> candidate.node().equals(node.name()))
                .toList();
        return place(spec, here).isPresent();
    }

    /// Another node than this one, if it is the one for a child.
    Optional<NodeName> elsewhere(ChildSpec spec) {
        return place(spec).filter(chosen -> !chosen.equals(node.name()));
    }

    /// Whether a child that runs here would be placed elsewhere now.
    boolean isMisplaced(Entry entry) {
        return !options.placement().drawsAnew() && elsewhere(entry.spec()).isPresent();
    }

    /// Whether the hook allows a take-over; one that fails allows nothing.
    boolean mayTakeOver(String id, NodeName from) {
        try {
            return options.takeOvers().allow(id, from, node.name());
        } catch (RuntimeException e) {
            log.warn("{} does not take child '{}' over, since the hook failed: {}", node, id, e.toString());
            return false;
        }
    }

    private List<Candidate> candidates(ChildSpec spec) {
        return peers
                .with(spec.behaviour().resources().stream().map(Class::getName).toList())
                .stream()
                .map(this::candidate)
                .toList();
    }

    private Candidate candidate(NodeName of) {
        SortedMap<String, String> labels =
                of.equals(node.name()) ? cluster.labels() : cluster.labels(of).orElseGet(Collections::emptySortedMap);
        return new Candidate(of, labels, replica.countOwnedBy(of));
    }

    /// A placement that fails chooses nobody: it must not end the children that run here.
    private Optional<NodeName> place(ChildSpec spec, List<Candidate> candidates) {
        try {
            long draw = replica.draw(new Payload(spec.id()));
            return candidates.isEmpty() ? Optional.empty() : options.placement().place(spec.id(), draw, candidates);
        } catch (RuntimeException e) {
            log.warn("{} has no place for child '{}', since the placement failed: {}", node, spec.id(), e.toString());
            return Optional.empty();
        }
    }
}
