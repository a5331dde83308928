package dev.pando.cli;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;

/// A line from a node in a namespace. Times are of the machine's monotonic clock, which all processes share.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "line")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ChaosLine.Joined.class, name = "joined"),
    @JsonSubTypes.Type(value = ChaosLine.Changed.class, name = "changed"),
    @JsonSubTypes.Type(value = ChaosLine.Answer.class, name = "answer"),
    @JsonSubTypes.Type(value = ChaosLine.Sampled.class, name = "sampled"),
    @JsonSubTypes.Type(value = ChaosLine.Named.class, name = "named"),
    @JsonSubTypes.Type(value = ChaosLine.Listed.class, name = "listed")
})
sealed interface ChaosLine {

    /// What writes and reads such lines, and those to a node.
    static ObjectMapper mapper() {
        return new ObjectMapper().registerModule(new Jdk8Module());
    }

    /// The node runs, and is in a cluster of its own or with others.
    record Joined(long incarnation, long nanos) implements ChaosLine {}

    /// A node event.
    ///
    /// @param reason empty when the peer is up
    record Changed(long nanos, String peer, long incarnation, boolean up, String reason) implements ChaosLine {}

    /// The one answer to a question.
    sealed interface Answered extends ChaosLine {
        long number();
    }

    record Answer(long number, ChaosSnapshot snapshot) implements Answered {}

    record Named(long number, ChaosNamesSnapshot snapshot) implements Answered {}

    record Listed(long number, ChaosChildrenSnapshot snapshot) implements Answered {}

    /// What a node that rests knows of the names differs from what it said last.
    record Sampled(ChaosSample sample) implements ChaosLine {}
}
