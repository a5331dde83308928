package dev.pando.bench;

import java.util.Arrays;
import java.util.Locale;

/// One figure of the report.
public enum Row {
    CALL1(Work.CALL1, Unit.PER_SECOND, "request/reply, 1 caller"),
    CALL1_ALLOCATED(Work.CALL1, Unit.BYTES, "allocated per call"),
    CALL8(Work.CALL8, Unit.PER_SECOND, "request/reply, 8 callers"),
    CAST(Work.CAST, Unit.PER_SECOND, "one-way to a server"),
    SEND(Work.SEND, Unit.PER_SECOND, "one-way to a plain process"),
    SEND_ALLOCATED(Work.SEND, Unit.BYTES, "allocated per send"),
    PINGPONG(Work.PINGPONG, Unit.NANOS, "ping-pong round trip"),
    RING(Work.RING, Unit.NANOS, "ring of 1,000, per hop"),
    SPAWN(Work.SPAWN, Unit.PER_SECOND, "start a plain process"),
    START(Work.START, Unit.PER_SECOND, "start a server"),
    PROCESS_HEAP(Work.PROCESSES, Unit.BYTES, "heap per idle process"),
    PROCESS_RESIDENT(Work.PROCESSES, Unit.BYTES, "resident per idle process"),
    SERVER_HEAP(Work.SERVERS, Unit.BYTES, "heap per idle server"),
    SERVER_RESIDENT(Work.SERVERS, Unit.BYTES, "resident per idle server"),
    SKYNET(Work.SKYNET, Unit.MILLIS, "skynet, 100,000 leaves"),
    MILLION_STARTED(Work.MILLION, Unit.SECONDS, "start 1,000,000 servers"),
    MILLION_STOPPED(Work.MILLION, Unit.SECONDS, "stop 1,000,000 servers"),
    RPC1(Work.RPC1, Unit.MICROS, "call, 1 caller, median"),
    RPC1_P99(Work.RPC1, Unit.MICROS, "call, 1 caller, 99 %"),
    RPC64(Work.RPC64, Unit.PER_SECOND, "call, 64 callers"),
    STREAM1(Work.STREAM1, Unit.PER_SECOND, "one-way 64 B, 1 sender"),
    STREAM1_LOST(Work.STREAM1, Unit.PERCENT, "  of these lost"),
    STREAM64(Work.STREAM64, Unit.PER_SECOND, "one-way 64 B, 64 senders"),
    STREAM64_LOST(Work.STREAM64, Unit.PERCENT, "  of these lost"),
    STREAM1K(Work.STREAM1K, Unit.PER_SECOND, "one-way 1 KiB, 1 sender"),
    STREAM1K_LOST(Work.STREAM1K, Unit.PERCENT, "  of these lost"),
    GROUPS(Work.GROUPS, Unit.MILLIS, "join 10,000 groups"),
    GROUP(Work.GROUP, Unit.MILLIS, "10,000 join one group"),
    REGISTER_1K(Work.REGISTER, Unit.PER_SECOND, "register, up to 1,000"),
    REGISTER_10K(Work.REGISTER, Unit.PER_SECOND, "register, up to 10,000"),
    REGISTER_100K(Work.REGISTER, Unit.PER_SECOND, "register, up to 100,000"),
    REGISTER_1M(Work.REGISTER, Unit.PER_SECOND, "register, up to 1,000,000"),
    VISIBLE_1K(Work.VISIBLE, Unit.MILLIS, "1,000 names on all nodes"),
    VISIBLE_10K(Work.VISIBLE, Unit.MILLIS, "10,000 names on all nodes"),
    VISIBLE_50K(Work.VISIBLE, Unit.MILLIS, "50,000 names on all nodes"),
    LOOKUP_FAR(Work.LOOKUP, Unit.PER_SECOND, "look up, process far"),
    LOOKUP_NEAR(Work.LOOKUP, Unit.PER_SECOND, "look up, process near"),
    COPIES(Work.COPIES, Unit.BYTES, "heap per replicated name"),
    JOIN_FIRST(Work.JOIN, Unit.MILLIS, "new JVM gets 70,000 names"),
    JOIN(Work.JOIN, Unit.MILLIS, "new node gets 70,000 names"),
    CONTEND(Work.CONTEND, Unit.ROUNDS, "8 claims at once, 1 holder"),
    CONTEND_NODES(Work.CONTEND, Unit.ROUNDS, "1 on each node, 1 holder"),
    CONTEND_TWICE(Work.CONTEND, Unit.PERCENT, "  of these granted twice"),
    START1_1K(Work.START1, Unit.PER_SECOND, "start, 1 caller, to 1,000"),
    START1_10K(Work.START1, Unit.PER_SECOND, "start, 1 caller, to 10,000"),
    START1_50K(Work.START1, Unit.PER_SECOND, "start, 1 caller, to 50,000"),
    START64_1K(Work.START64, Unit.PER_SECOND, "start, 64, to 1,000"),
    START64_10K(Work.START64, Unit.PER_SECOND, "start, 64, to 10,000"),
    START64_50K(Work.START64, Unit.PER_SECOND, "start, 64, to 50,000"),
    CALL64(Work.CALL64, Unit.PER_SECOND, "call by id, 64 callers"),
    KILL(Work.KILL, Unit.MILLIS, "10,000 workers all back"),
    KILL_NOTICED(Work.KILL, Unit.MILLIS, "  kill -9 noticed after"),
    KILL_LOST(Work.KILL, Unit.WRONG, "  workers lost"),
    KILL_DOUBLED(Work.KILL, Unit.WRONG, "  workers twice"),
    KILLS(Work.KILLS, Unit.ROUNDS, "kills, 1,000 workers right"),
    KILLS_WRONG(Work.KILLS, Unit.WRONG, "  workers lost or twice"),
    KILLS_MEDIAN(Work.KILLS, Unit.MILLIS, "  all back, median"),
    KILLS_MAX(Work.KILLS, Unit.MILLIS, "  all back, longest"),
    KILLS_NOTICED(Work.KILLS, Unit.MILLIS, "  kill -9 noticed, median");

    private final Work work;
    private final Unit unit;
    private final String title;

    Row(Work work, Unit unit, String title) {
        this.work = work;
        this.unit = unit;
        this.title = title;
    }

    /// What has to be run for it.
    public Work work() {
        return work;
    }

    public Unit unit() {
        return unit;
    }

    /// What it says, for people.
    public String title() {
        return title;
    }

    /// The row by which the best set-up of a runtime is chosen: a share is of what the first row of its work counts,
    /// any other row stands for itself.
    Row decisive() {
        return unit == Unit.PERCENT
                ? Arrays.stream(values())
                        .filter(row -> row.work == work)
                        .findFirst()
                        .orElse(this)
                : this;
    }

    /// Its name for programs.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Row of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
