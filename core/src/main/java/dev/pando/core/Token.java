package dev.pando.core;

import java.util.HexFormat;

/// Stamps a claim of a key. Totally ordered, and later claims have higher tokens, also across full restarts of a
/// cluster
/// as long as wall clocks do not step back behind the last claim.
///
/// In available mode a token orders effects; a sink that keeps the highest token per key can refuse the effects
/// of a former holder. Only tokens granted by a majority fence.
///
/// @param stamp hybrid clock, see [HybridClock]
public record Token(long stamp, NodeName node, long incarnation) implements Comparable<Token> {

    private static final int STAMP_DIGITS = 16;
    private static final int INCARNATION_RADIX = 36;

    /// Reads what [#toString] has written.
    public static Token of(String text) {
        int last = text.lastIndexOf('/');
        if (last <= STAMP_DIGITS || text.indexOf('/') != STAMP_DIGITS) {
            throw new IllegalArgumentException("token '" + text + "': 16 hexadecimal digits/node@host/incarnation");
        }
        try {
            return new Token(
                    HexFormat.fromHexDigitsToLong(text, 0, STAMP_DIGITS),
                    NodeName.of(text.substring(STAMP_DIGITS + 1, last)),
                    Long.parseLong(text.substring(last + 1), INCARNATION_RADIX));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("token '" + text + "': " + e.getMessage(), e);
        }
    }

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
        return "%016x/%s/%s".formatted(stamp, node, Long.toString(incarnation, INCARNATION_RADIX));
    }
}
