package dev.pando.horde;

import dev.pando.core.NodeName;

/// One start of a node that owns children.
record Owner(NodeName node, long incarnation) {

    static Owner of(Entry entry) {
        Claim claim = entry.claim();
        return new Owner(claim.owner(), claim.token().incarnation());
    }
}
