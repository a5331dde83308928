package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Token;

/// Why a node owns a key: since when, and how often the key has changed hands without its owner's
/// consent.
///
/// @param takeOvers claims by another node after the owner was lost, since the key was first
///     claimed
/// @param origin the token with which the child came to this claim's owner, or to the first of
///     those who have handed it over to each other since
record Claim(Token token, int takeOvers, Token origin) {

    /// A claim that nobody has handed over.
    Claim(Token token, int takeOvers) {
        this(token, takeOvers, token);
    }

    /// The claim of whom the child is handed over to. It is as old as this one to others; while
    /// this one is not given up, it is the younger of the two.
    Claim handedOver(Token next) {
        return new Claim(next, takeOvers, origin);
    }

    NodeName owner() {
        return token.node();
    }

    boolean isOf(NodeName node, long incarnation) {
        return token.incarnation() == incarnation && token.node().equals(node);
    }

    /// Whether this claim stays when two living owners meet: the one that was not taken over, else
    /// the older one, else the one whose node's name – or start – comes first. A total order, so
    /// all nodes decide alike in any order of arrival.
    boolean beats(Claim other) {
        if (takeOvers != other.takeOvers) {
            return takeOvers < other.takeOvers;
        }
        int age = origin.compareTo(other.origin);
        return age != 0 ? age < 0 : token.compareTo(other.token) < 0;
    }

    /// Whether this claim came after the other in the history of a key.
    boolean follows(Claim other) {
        return takeOvers != other.takeOvers ? takeOvers > other.takeOvers : token.compareTo(other.token) > 0;
    }
}
