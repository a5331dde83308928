package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Token;

/// Why a node owns a key: since when, and how often the key has changed hands without its owner's consent.
///
/// @param takeOvers claims by another node after the owner was lost, since the key was first claimed
record Claim(Token token, int takeOvers) {

    NodeName owner() {
        return token.node();
    }

    boolean isOf(NodeName node, long incarnation) {
        return token.incarnation() == incarnation && token.node().equals(node);
    }

    /// Whether this claim stays when two living owners meet: the one that was not taken over, else the older one,
    /// else the one whose node's name – or start – comes first. A total order, so all nodes decide alike in any
    /// order of arrival.
    boolean beats(Claim other) {
        return takeOvers != other.takeOvers ? takeOvers < other.takeOvers : token.compareTo(other.token) < 0;
    }

    /// Whether this claim came after the other in the history of a key.
    boolean follows(Claim other) {
        return takeOvers != other.takeOvers ? takeOvers > other.takeOvers : token.compareTo(other.token) > 0;
    }
}
