package dev.pando.core;

/// A named process of a given node, resolved there when the message arrives.
public record RemoteName(NodeName node, Name name) implements Dest {

    @Override
    public String toString() {
        return name + " on " + node;
    }
}
