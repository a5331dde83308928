package dev.pando.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What one virtual machine is started for, or several of them. Each gives one or more rows of the report.
public enum Work {
    /// One process calls one server.
    CALL1,
    /// Eight processes call one server.
    CALL8,
    /// One process casts to one server.
    CAST,
    /// One process sends to one plain process.
    SEND,
    /// Two plain processes send one message to and fro.
    PINGPONG,
    /// One message goes round a ring of plain processes.
    RING,
    /// One process starts plain processes, which end at once; after each thousand it waits until all have run.
    SPAWN,
    /// One process starts linked servers, one after the other, and waits for the `init` of each.
    START,
    /// Plain processes that wait for messages.
    PROCESSES,
    /// Servers that wait for messages.
    SERVERS,
    /// A tree of processes is built, and the numbers of its leaves are added up on the way back.
    SKYNET,
    /// A million servers are started and stopped.
    MILLION,
    /// One process calls one server of the other node.
    RPC1(Stage.CLUSTER),
    /// As many processes as [#MANY] call one server of the other node.
    RPC64(Stage.CLUSTER),
    /// One process sends messages of 64 bytes to one process of the other node.
    STREAM1(Stage.CLUSTER),
    /// As many processes as [#MANY] do.
    STREAM64(Stage.CLUSTER),
    /// One process sends messages of 1 KiB.
    STREAM1K(Stage.CLUSTER),
    /// Ten thousand processes join a group each, until the other node lists them.
    GROUPS(Stage.CLUSTER),
    /// Ten thousand processes join one group, until the other node lists them.
    GROUP(Stage.CLUSTER),
    /// One process registers names, one after the other, while all nodes are told.
    REGISTER(Stage.REGISTRY),
    /// One process registers names, until all nodes know them.
    VISIBLE(Stage.REGISTRY),
    /// One process looks names up.
    LOOKUP(Stage.REGISTRY),
    /// Names that a node knows from others.
    COPIES(Stage.REGISTRY),
    /// A node comes and is told all names.
    JOIN(Stage.REGISTRY),
    /// Processes claim one key at once, on one node and on all.
    CONTEND(Stage.REGISTRY),
    /// One process starts children of a distributed supervisor, one after the other.
    START1(Stage.FAILOVER),
    /// As many processes as [#MANY] do.
    START64(Stage.FAILOVER),
    /// As many processes as [#MANY] call the children on all nodes.
    CALL64(Stage.FAILOVER),
    /// A node that has a third of ten thousand children is killed.
    KILL(Stage.FAILOVER),
    /// A node is killed again and again, each time with a third of a thousand children.
    KILLS(Stage.FAILOVER);

    static final int MANY = 64;

    /// The mailbox may have to hold all of them.
    private static final long MESSAGES_MAX = 1 << 20;

    /// All of them are alive at once.
    private static final long SERVERS_MAX = 1 << 17;

    private final Stage stage;

    Work() {
        this(Stage.LOCAL);
    }

    Work(Stage stage) {
        this.stage = stage;
    }

    /// Where it is done.
    public Stage stage() {
        return stage;
    }

    /// What is done there.
    public static List<Work> all(Stage stage) {
        return Arrays.stream(values()).filter(work -> work.stage == stage).toList();
    }

    /// Whether it sends messages that nobody answers to another node.
    boolean isStream() {
        return this == STREAM1 || this == STREAM64 || this == STREAM1K;
    }

    /// The name on the command line and in JSON.
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Work of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }

    /// How many operations may be done between two readings of the clock.
    long operationsMax() {
        return switch (this) {
            case CAST, SEND, STREAM1, STREAM64, STREAM1K -> MESSAGES_MAX;
            case START -> SERVERS_MAX;
            case SKYNET,
                    PROCESSES,
                    SERVERS,
                    MILLION,
                    GROUPS,
                    GROUP,
                    REGISTER,
                    VISIBLE,
                    COPIES,
                    JOIN,
                    CONTEND,
                    START1,
                    START64,
                    KILL,
                    KILLS -> 1;
            case CALL1, CALL8, PINGPONG, RING, SPAWN, RPC1, RPC64, LOOKUP, CALL64 -> Long.MAX_VALUE;
        };
    }

    @Override
    public String toString() {
        return id();
    }
}
