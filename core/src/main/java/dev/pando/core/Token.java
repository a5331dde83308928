package dev.pando.core;

/// Stamps a claim of a key. Totally ordered, and later claims have higher tokens, also across full restarts of a
/// cluster
/// as long as wall clocks do not step back behind the last claim.
///
/// In available mode a token orders effects; a sink that keeps the highest token per key can refuse the effects
/// of a former holder. Only tokens granted by a majority fence.
///
/// @param stamp hybrid clock, see [HybridClock]
public record Token(long stamp, NodeName node, long incarnation) implements Comparable<Token> {

    @Override
    public int compareTo(Token other) {
        int byStamp = Long.compare(stamp, other.stamp);
        if (byStamp != 0) {
            return byStamp;
        }
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : Long.compare(incarnation, other.incarnation);
    }

    /// Sorts as text the way it compares, for tokens of one node and for stamps of equal length.
    @Override
    public String toString() {
        return "%016x/%s/%s".formatted(stamp, node, Long.toString(incarnation, 36));
    }
}
