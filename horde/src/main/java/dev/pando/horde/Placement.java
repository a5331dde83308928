package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Chooses the node on which a child runs. Pure, and the same on every node for the same arguments; all nodes of a
/// cluster are given the same placement.
///
/// It is asked when a child is started and when its node is lost, and not again while the child runs. Each node asks
/// with what it knows itself. Where two differ for a moment, a request travels from one chosen node to the next, three
/// times at most.
@FunctionalInterface
public interface Placement {

    /// The node for a child.
    ///
    /// @param id the child's id
    /// @param candidates nodes that can run it, in order of their names; at least one
    /// @return empty when none of them shall run it for now: it is placed as soon as one may
    Optional<NodeName> place(String id, List<Candidate> candidates);

    /// As [#place(String, List)], for placements that need not choose the same node each time. This is what is asked.
    ///
    /// @param draw differs from one start of the child to the next, and is the same on every node for each of them
    default Optional<NodeName> place(String id, long draw, List<Candidate> candidates) {
        return place(id, candidates);
    }

    /// Whether it would choose another node for a child that runs where it chose before. Such a child never counts as
    /// misplaced, see [Redistribution].
    default boolean drawsAnew() {
        return false;
    }

    /// Spreads children evenly, by their ids, and moves only those of a node that comes or goes.
    static Placement consistentHash() {
        return new ConsistentHash();
    }

    /// As [#consistentHash], but gives no node more children than the mean and so much of it besides;
    /// those that find their node full go to the next of their own order.
    ///
    /// Nodes hear of each other's children within milliseconds; those that start many at once may
    /// exceed the bound by what they have not heard of yet.
    ///
    /// @param slack more than zero; with 0.25 a node has a quarter more than the mean at most, rounded up
    static Placement boundedLoad(double slack) {
        return new BoundedLoad(slack);
    }

    /// Spreads children evenly, and draws anew for each start: a child that is started again, or whose node is lost,
    /// goes to any of the nodes, wherever it was before.
    ///
    /// All nodes draw alike, from the child's id and from its last claim or its end. Were each to draw for itself,
    /// two that are asked for the same child at once, or that survive its node, would each choose another one and
    /// start it twice.
    static Placement random() {
        return new RandomChoice();
    }

    /// As [#consistentHash], while more than half of the voters are there; see [Quorum].
    static Placement quorum(NodeName... voters) {
        return consistentHash().withQuorum(Quorum.of(voters));
    }

    /// This placement, while more than half of some voters are there. A node that sees fewer stops its children until
    /// it sees them again; see [DistributedSupervisor].
    default Placement withQuorum(Quorum quorum) {
        return new QuorumPlacement(this, quorum);
    }

    /// What must be there for children to run; empty when each node goes on for itself.
    default Optional<Quorum> required() {
        return Optional.empty();
    }

    /// This placement among the nodes that have a label with a value; a child waits while there is none of them.
    default Placement only(String label, String value) {
        return only(label, _ -> value);
    }

    /// As the shorter form, with a value for each child's id.
    default Placement only(String label, Function<String, String> valueOfId) {
        return new Labelled(this, label, valueOfId, Labelled.Otherwise.NOWHERE);
    }

    /// This placement among the nodes that have a label with a value, and among all nodes while there is none of them.
    default Placement preferring(String label, String value) {
        return preferring(label, _ -> value);
    }

    /// As the shorter form, with a value for each child's id.
    default Placement preferring(String label, Function<String, String> valueOfId) {
        return new Labelled(this, label, valueOfId, Labelled.Otherwise.ANYWHERE);
    }
}
