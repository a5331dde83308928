package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;

/// Measures one registry from one of its nodes.
final class NamesMeter {

    private static final int WARM_UP = 1_000;
    private static final int LOOK_UP = 10_000;
    private static final int JOIN = 70_000;
    private static final int CLAIMERS = 8;
    private static final int CLAIMS = 1_000;

    /// Copies are weighed after a tenth of them has come and gone.
    private static final int TRIAL = 10;

    private static final List<Mark> REGISTER = List.of(
            new Mark(Row.REGISTER_1K, 1_000),
            new Mark(Row.REGISTER_10K, 10_000),
            new Mark(Row.REGISTER_100K, 100_000),
            new Mark(Row.REGISTER_1M, 1_000_000));

    private static final List<Mark> VISIBLE = List.of(
            new Mark(Row.VISIBLE_1K, 1_000), new Mark(Row.VISIBLE_10K, 10_000), new Mark(Row.VISIBLE_50K, 50_000));

    private final NamesSubject subject;
    private final Effort effort;
    private final int namesMax;
    private boolean filled;

    NamesMeter(NamesSubject subject, Effort effort) {
        this.subject = subject;
        this.effort = effort;
        this.namesMax = Math.min(subject.namesMax(), effort.names());
    }

    List<Sample> measure(Work work) throws Exception {
        return switch (work) {
            case REGISTER -> register();
            case VISIBLE -> visible();
            case LOOKUP -> lookUp();
            case COPIES -> weigh();
            case JOIN -> join();
            case CONTEND -> contend();
            case CALL1, CALL8, CAST, SEND, PINGPONG, RING, SPAWN, START, PROCESSES, SERVERS, SKYNET, MILLION ->
                throw new IllegalArgumentException(work + " takes one node");
            case RPC1, RPC64, STREAM1, STREAM64, STREAM1K, GROUPS, GROUP ->
                throw new IllegalArgumentException(work + " takes two nodes");
            case START1, START64, CALL64, KILL, KILLS ->
                throw new IllegalArgumentException(work + " takes nodes with a supervisor");
        };
    }

    private List<Sample> register() throws Exception {
        warmUp();
        List<Mark> marks = Mark.within(REGISTER, namesMax);
        return Mark.rates(marks, effort.repeat(() -> fill(Mark.counts(marks))));
    }

    private List<Sample> visible() throws Exception {
        warmUp();
        List<Sample> samples = new ArrayList<>();
        for (Mark mark : Mark.within(VISIBLE, namesMax)) {
            List<Laps> batches = effort.repeat(() -> fill(List.of(mark.count())));
            samples.add(Sample.medianTime(
                    mark.row(), batches.stream().map(Laps::visible).toList()));
        }
        return samples;
    }

    private List<Sample> lookUp() throws Exception {
        int names = Math.min(LOOK_UP, namesMax);
        return List.of(
                Timing.of(subject.lookUpFar(names), Work.LOOKUP.operationsMax(), effort)
                        .sample(Row.LOOKUP_FAR),
                Timing.of(subject.lookUpNear(names), Work.LOOKUP.operationsMax(), effort)
                        .sample(Row.LOOKUP_NEAR));
    }

    private List<Sample> weigh() throws Exception {
        int names = Math.min(effort.population(), namesMax);
        fill(List.of(Math.max(1, names / TRIAL)));
        clear();
        long before = subject.heapFar();
        fill(List.of(names));
        long after = subject.heapFar();
        return List.of(new Sample(Row.COPIES, (double) (after - before) / names));
    }

    private List<Sample> join() throws Exception {
        warmUp();
        int names = Math.min(JOIN, namesMax);
        fill(List.of(names));
        List<Long> nanos = subject.join(names, 1 + effort.batches());
        return List.of(
                Sample.medianTime(Row.JOIN_FIRST, nanos.subList(0, 1)),
                Sample.medianTime(Row.JOIN, nanos.subList(1, nanos.size())));
    }

    private List<Sample> contend() throws Exception {
        warmUp();
        clear();
        int right = subject.contend(CLAIMERS, CLAIMS);
        Waits.check("rounds in which one of " + CLAIMERS + " was granted the key", CLAIMS, right);
        subject.clear();
        int twice = subject.contendOnNodes(CLAIMS);
        return List.of(
                new Sample(Row.CONTEND, right),
                new Sample(Row.CONTEND_NODES, CLAIMS),
                new Sample(Row.CONTEND_TWICE, 100.0 * twice / CLAIMS));
    }

    private void warmUp() throws Exception {
        List<Integer> names = List.of(Math.min(WARM_UP, namesMax));
        long end = System.nanoTime() + effort.warmUp().toNanos();
        do {
            fill(names);
        } while (System.nanoTime() - end < 0);
    }

    /// What is left of the last fill is cleared away first, so the last of all is not waited for.
    private Laps fill(List<Integer> marks) throws Exception {
        clear();
        filled = true;
        return subject.fill(marks);
    }

    private void clear() throws Exception {
        if (filled) {
            subject.clear();
            filled = false;
        }
    }
}
