package dev.pando.bench;

import java.util.Locale;

/// What one virtual machine is started for. Each gives one or more rows of the report.
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
    MILLION;

    /// The mailbox may have to hold all of them.
    private static final long MESSAGES_MAX = 1 << 20;

    /// All of them are alive at once.
    private static final long SERVERS_MAX = 1 << 17;

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
            case CAST, SEND -> MESSAGES_MAX;
            case START -> SERVERS_MAX;
            case SKYNET, PROCESSES, SERVERS, MILLION -> 1;
            case CALL1, CALL8, PINGPONG, RING, SPAWN -> Long.MAX_VALUE;
        };
    }

    @Override
    public String toString() {
        return id();
    }
}
