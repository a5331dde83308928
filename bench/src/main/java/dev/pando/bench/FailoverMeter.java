package dev.pando.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/// Measures a distributed supervisor from one of its nodes.
final class FailoverMeter {

    private static final int WARM_UP = 1_000;
    private static final int CALLED = 10_000;
    private static final int KILLED = 10_000;
    private static final int KILLED_AGAIN = 1_000;

    private static final List<Mark> START1 =
            List.of(new Mark(Row.START1_1K, 1_000), new Mark(Row.START1_10K, 10_000), new Mark(Row.START1_50K, 50_000));

    private static final List<Mark> START64 = List.of(
            new Mark(Row.START64_1K, 1_000), new Mark(Row.START64_10K, 10_000), new Mark(Row.START64_50K, 50_000));

    private final FailoverSubject subject;
    private final Effort effort;
    private final int workersMax;

    FailoverMeter(FailoverSubject subject, Effort effort) {
        this.subject = subject;
        this.effort = effort;
        this.workersMax = Math.min(subject.workersMax(), effort.names());
    }

    List<Sample> measure(Work work) throws Exception {
        return switch (work) {
            case START1 -> start(1, START1);
            case START64 -> start(Work.MANY, START64);
            case CALL64 ->
                List.of(Timing.of(subject.call(Work.MANY, Math.min(CALLED, workersMax)), work.operationsMax(), effort)
                        .sample(Row.CALL64));
            case KILL -> kill();
            case KILLS -> killAgainAndAgain();
            case CALL1, CALL8, CAST, SEND, PINGPONG, RING, SPAWN, START, PROCESSES, SERVERS, SKYNET, MILLION ->
                throw new IllegalArgumentException(work + " takes one node");
            case RPC1, RPC64, STREAM1, STREAM64, STREAM1K, GROUPS, GROUP ->
                throw new IllegalArgumentException(work + " takes two nodes");
            case REGISTER, VISIBLE, LOOKUP, COPIES, JOIN, CONTEND ->
                throw new IllegalArgumentException(work + " takes nodes with a registry");
        };
    }

    private List<Sample> start(int callers, List<Mark> rows) throws Exception {
        List<Integer> few = List.of(Math.min(WARM_UP, workersMax));
        long end = System.nanoTime() + effort.warmUp().toNanos();
        do {
            subject.start(callers, few);
        } while (System.nanoTime() - end < 0);
        List<Mark> marks = Mark.within(rows, workersMax);
        return Mark.rates(marks, effort.repeat(() -> subject.start(callers, Mark.counts(marks))));
    }

    private List<Sample> kill() throws Exception {
        int workers = Math.min(KILLED, workersMax);
        long end = System.nanoTime() + effort.warmUp().toNanos();
        while (System.nanoTime() - end < 0) {
            subject.kill(workers);
        }
        List<FailoverSubject.Loss> losses = effort.repeat(() -> subject.kill(workers));
        List<Sample> samples = new ArrayList<>(List.of(
                Sample.medianTime(Row.KILL, times(losses, FailoverSubject.Loss::back)),
                Sample.medianTime(Row.KILL_NOTICED, times(losses, FailoverSubject.Loss::noticed))));
        List<Toll> tolls = tolls(losses);
        if (!tolls.isEmpty()) {
            samples.add(new Sample(
                    Row.KILL_LOST, tolls.stream().mapToInt(Toll::lost).sum()));
            samples.add(new Sample(
                    Row.KILL_DOUBLED, tolls.stream().mapToInt(Toll::doubled).sum()));
        }
        return samples;
    }

    private static List<Toll> tolls(List<FailoverSubject.Loss> losses) {
        return losses.stream().flatMap(loss -> loss.toll().stream()).toList();
    }

    private List<Sample> killAgainAndAgain() throws Exception {
        int workers = Math.min(KILLED_AGAIN, workersMax);
        List<FailoverSubject.Loss> losses = new ArrayList<>();
        for (int run = 0; run < effort.runs(); run++) {
            losses.add(subject.kill(workers));
        }
        List<Long> back = times(losses, FailoverSubject.Loss::back);
        List<Toll> tolls = tolls(losses);
        return List.of(
                new Sample(Row.KILLS, tolls.stream().filter(Toll::isNone).count()),
                new Sample(
                        Row.KILLS_WRONG,
                        tolls.stream()
                                .mapToInt(toll -> toll.lost() + toll.doubled())
                                .sum()),
                Sample.medianTime(Row.KILLS_MEDIAN, back),
                Sample.medianTime(Row.KILLS_MAX, List.of(Collections.max(back))),
                Sample.medianTime(Row.KILLS_NOTICED, times(losses, FailoverSubject.Loss::noticed)));
    }

    private static List<Long> times(List<FailoverSubject.Loss> losses, Function<FailoverSubject.Loss, Long> time) {
        return losses.stream().map(time).toList();
    }
}
