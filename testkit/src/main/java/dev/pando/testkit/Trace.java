package dev.pando.testkit;

import java.util.ArrayList;
import java.util.List;

/// What happened in a simulated run, in order: each event with its virtual time, its machine and what it was.
///
/// Two runs of the same seed have the same trace, in the same JVM and in others. The [#hash] covers all events
/// and every choice of who runs next; the lines are kept only when asked for. Not safe for several threads: it is
/// written by whoever runs, and read between runs.
public final class Trace {

    private static final long OFFSET = 0xCBF2_9CE4_8422_2325L;
    private static final long PRIME = 0x0000_0100_0000_01B3L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final boolean keeping;
    private final List<String> lines = new ArrayList<>();
    private long hash = OFFSET;
    private long events;

    Trace(boolean keeping) {
        this.keeping = keeping;
    }

    /// Notes an event of a user's test, at the virtual time of the run.
    void add(long nanos, String machine, String event, String detail) {
        events++;
        mix(nanos);
        mix(machine);
        mix(event);
        mix(detail);
        if (keeping) {
            lines.add(line(nanos, machine, event, detail));
        }
    }

    private static String line(long nanos, String machine, String event, String detail) {
        long millis = nanos / NANOS_PER_MILLI;
        long rest = nanos % NANOS_PER_MILLI;
        return String.format("%6d.%06d ms  %-12s %s %s", millis, rest, machine, event, detail)
                .stripTrailing();
    }

    /// Notes a choice; cheap, and never a line.
    void step(long number) {
        mix(number);
    }

    private void mix(long value) {
        hash = (hash ^ value) * PRIME;
    }

    // The hash of a string is specified, and so the same in every JVM.
    private void mix(String text) {
        mix(text.hashCode());
        mix(text.length());
    }

    /// A number that two runs share when all their events and choices were the same; see Fowler, Noll and Vo's hash,
    /// taken a value at a time.
    public long hash() {
        return hash;
    }

    /// How many events there were, choices not counted.
    public long events() {
        return events;
    }

    /// The events so far, oldest first; empty unless they are kept.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// The last events as one text, for a failure's message.
    public String last(int count) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }
}
