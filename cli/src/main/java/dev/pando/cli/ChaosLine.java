package dev.pando.cli;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// A line from a node in a namespace. Times are of the machine's monotonic clock, which all processes share.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "line")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ChaosLine.Joined.class, name = "joined"),
    @JsonSubTypes.Type(value = ChaosLine.Changed.class, name = "changed"),
    @JsonSubTypes.Type(value = ChaosLine.Answer.class, name = "answer")
})
sealed interface ChaosLine {

    /// The node runs, and is in a cluster of its own or with others.
    record Joined(long incarnation, long nanos) implements ChaosLine {}

    /// A node event.
    ///
    /// @param reason empty when the peer is up
    record Changed(long nanos, String peer, long incarnation, boolean up, String reason) implements ChaosLine {}

    record Answer(long number, ChaosSnapshot snapshot) implements ChaosLine {}
}
