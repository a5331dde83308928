package dev.pando.horde;

import dev.pando.core.NodeName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// A node that can run a child, as the node that asks knows it at the moment.
///
/// @param labels what the node says of itself, such as its region: see
///     [dev.pando.cluster.ClusterConfig#label(String, String)]
/// @param children how many children of the same supervisor it owns, those that are starting included
public record Candidate(NodeName node, SortedMap<String, String> labels, int children) {

    public Candidate {
        labels = labels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /// Whether the node has a label with a value.
    public boolean is(String label, String value) {
        return value.equals(labels.get(label));
    }
}
