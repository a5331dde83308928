package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Measures one subject from the near one of its two nodes.
final class RemoteMeter {

    private static final int SMALL = 64;
    private static final int LARGE = 1024;
    private static final int JOINS = 10_000;

    private final RemoteSubject subject;
    private final Effort effort;

    RemoteMeter(RemoteSubject subject, Effort effort) {
        this.subject = subject;
        this.effort = effort;
    }

    List<Sample> measure(Work work) throws Exception {
        return switch (work) {
            case RPC1 -> latency();
            case RPC64 ->
                List.of(Timing.of(subject.call(Work.MANY, _ -> {}), work.operationsMax(), effort)
                        .sample(Row.RPC64));
            case STREAM1 -> stream(work, subject.stream(1, SMALL), Row.STREAM1, Row.STREAM1_LOST);
            case STREAM64 -> stream(work, subject.stream(Work.MANY, SMALL), Row.STREAM64, Row.STREAM64_LOST);
            case STREAM1K -> stream(work, subject.stream(1, LARGE), Row.STREAM1K, Row.STREAM1K_LOST);
            case GROUPS ->
                List.of(Timing.of(subject.groups(JOINS), work.operationsMax(), effort)
                        .sample(Row.GROUPS));
            case GROUP ->
                List.of(Timing.of(subject.group(JOINS), work.operationsMax(), effort)
                        .sample(Row.GROUP));
            case CALL1, CALL8, CAST, SEND, PINGPONG, RING, SPAWN, START, PROCESSES, SERVERS, SKYNET, MILLION ->
                throw new IllegalArgumentException(work + " takes one node");
            case REGISTER, VISIBLE, LOOKUP, COPIES, JOIN, CONTEND ->
                throw new IllegalArgumentException(work + " takes nodes with a registry");
            case START1, START64, CALL64, KILL, KILLS ->
                throw new IllegalArgumentException(work + " takes nodes with a supervisor");
        };
    }

    /// Of each batch its quantiles, and of these the medians.
    private List<Sample> latency() throws Exception {
        Latencies latencies = new Latencies();
        Load calls = subject.call(1, latencies);
        List<Double> medians = new ArrayList<>();
        List<Double> slow = new ArrayList<>();
        Timing timing = Timing.of(
                operations -> {
                    latencies.clear();
                    calls.run(operations);
                    medians.add(latencies.quantile(0.5) / 1e3);
                    slow.add(latencies.quantile(0.99) / 1e3);
                },
                Work.RPC1.operationsMax(),
                effort);
        return List.of(
                new Sample(Row.RPC1, Statistics.median(measured(medians, timing))),
                new Sample(Row.RPC1_P99, Statistics.median(measured(slow, timing))));
    }

    /// What arrives counts, and what was lost is told beside it.
    private List<Sample> stream(Work work, RemoteSubject.Stream stream, Row rate, Row lost) throws Exception {
        List<Long> arrivals = new ArrayList<>();
        Timing timing = Timing.of(operations -> arrivals.add(stream.run(operations)), work.operationsMax(), effort);
        List<Long> arrived = measured(arrivals, timing);
        List<Double> rates = IntStream.range(0, arrived.size())
                .mapToObj(batch ->
                        rate.unit().of(arrived.get(batch), timing.nanos().get(batch)))
                .toList();
        double sent = (double) timing.operations() * arrived.size();
        double share = 1 - arrived.stream().mapToLong(Long::longValue).sum() / sent;
        return List.of(new Sample(rate, Statistics.median(rates)), new Sample(lost, 100 * share));
    }

    /// Without those of the warm-up.
    private static <T> List<T> measured(List<T> all, Timing timing) {
        return all.subList(all.size() - timing.nanos().size(), all.size());
    }
}
