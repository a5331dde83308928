package dev.pando.core;

/// One incarnation of one process on one incarnation of one node. Never reused: after the process or its node has
/// ended,
/// the pid addresses nobody.
public record Pid(NodeName node, long incarnation, long serial) implements Address, Comparable<Pid> {

    /// Within a node the serial alone tells processes apart.
    @Override
    public int hashCode() {
        return Long.hashCode(serial * 0x9E37_79B9_7F4A_7C15L);
    }

    @Override
    public int compareTo(Pid other) {
        int byNode = node.compareTo(other.node);
        if (byNode != 0) {
            return byNode;
        }
        int byIncarnation = Long.compare(incarnation, other.incarnation);
        return byIncarnation != 0 ? byIncarnation : Long.compare(serial, other.serial);
    }

    @Override
    public String toString() {
        return "<" + node + "." + Long.toString(incarnation, 36) + "." + serial + ">";
    }
}
