package dev.pando.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What one virtual machine is started for, or a pair of them. Each gives one or more rows of the report.
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
    RPC1(true),
    /// As many processes as [#MANY] call one server of the other node.
    RPC64(true),
    /// One process sends messages of 64 bytes to one process of the other node.
    STREAM1(true),
    /// As many processes as [#MANY] do.
    STREAM64(true),
    /// One process sends messages of 1 KiB.
    STREAM1K(true),
    /// Ten thousand processes join a group each, until the other node lists them.
    GROUPS(true),
    /// Ten thousand processes join one group, until the other node lists them.
    GROUP(true);

    static final int MANY = 64;

    /// The mailbox may have to hold all of them.
    private static final long MESSAGES_MAX = 1 << 20;

    /// All of them are alive at once.
    private static final long SERVERS_MAX = 1 << 17;

    private final boolean remote;

    Work() {
        this(false);
    }

    Work(boolean remote) {
        this.remote = remote;
    }

    /// Whether it takes two nodes.
    public boolean remote() {
        return remote;
    }

    /// What one node does, or what two do.
    public static List<Work> all(boolean remote) {
        return Arrays.stream(values()).filter(work -> work.remote == remote).toList();
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
            case SKYNET, PROCESSES, SERVERS, MILLION, GROUPS, GROUP -> 1;
            case CALL1, CALL8, PINGPONG, RING, SPAWN, RPC1, RPC64 -> Long.MAX_VALUE;
        };
    }

    @Override
    public String toString() {
        return id();
    }
}
