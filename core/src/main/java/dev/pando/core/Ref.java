package dev.pando.core;

/// A reference that is unique among all nodes: the identity of a monitor or a call.
public record Ref(NodeName node, long incarnation, long serial) {

    /// Within a node the serial alone tells references apart.
    @Override
    public int hashCode() {
        return Long.hashCode(serial * 0x9E37_79B9_7F4A_7C15L);
    }

    @Override
    public String toString() {
        return "#" + node + "." + Long.toString(incarnation, 36) + "." + serial;
    }
}
