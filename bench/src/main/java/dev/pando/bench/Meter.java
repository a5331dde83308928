package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;

/// Measures one subject, in the virtual machine that it has to itself.
final class Meter {

    private static final int RING = 1_000;
    private static final int LEAVES = 100_000;
    private static final int MILLION = 1_000_000;

    /// Idle processes are weighed after a tenth of them has been started and stopped.
    private static final int TRIAL = 10;

    private final Subject subject;
    private final Effort effort;

    Meter(Subject subject, Effort effort) {
        this.subject = subject;
        this.effort = effort;
    }

    List<Sample> measure(Work work) throws Exception {
        return switch (work) {
            case CALL1 -> {
                Timing timing = time(work, subject.call(1));
                yield List.of(timing.sample(Row.CALL1), timing.allocated(Row.CALL1_ALLOCATED));
            }
            case CALL8 -> List.of(time(work, subject.call(8)).sample(Row.CALL8));
            case CAST -> List.of(time(work, subject.cast()).sample(Row.CAST));
            case SEND -> {
                Timing timing = time(work, subject.send());
                yield List.of(timing.sample(Row.SEND), timing.allocated(Row.SEND_ALLOCATED));
            }
            case PINGPONG -> List.of(time(work, subject.pingPong()).sample(Row.PINGPONG));
            case RING -> List.of(time(work, subject.ring(RING)).sample(Row.RING));
            case SPAWN -> List.of(time(work, subject.spawn()).sample(Row.SPAWN));
            case START -> List.of(time(work, Load.starting(subject.servers())).sample(Row.START));
            case PROCESSES -> weigh(subject.processes(), Row.PROCESS_HEAP, Row.PROCESS_RESIDENT);
            case SERVERS -> weigh(subject.servers(), Row.SERVER_HEAP, Row.SERVER_RESIDENT);
            case SKYNET -> List.of(time(work, subject.skynet(LEAVES)).sample(Row.SKYNET));
            case MILLION -> startAndStop(subject.servers());
            case RPC1,
                    RPC64,
                    STREAM1,
                    STREAM64,
                    STREAM1K,
                    GROUPS,
                    GROUP,
                    REGISTER,
                    VISIBLE,
                    LOOKUP,
                    COPIES,
                    JOIN,
                    CONTEND,
                    START1,
                    START64,
                    CALL64,
                    KILL,
                    KILLS -> throw new IllegalArgumentException(work + " takes several nodes");
        };
    }

    private Timing time(Work work, Load load) throws Exception {
        return Timing.of(load, work.operationsMax(), effort);
    }

    private List<Sample> weigh(Population population, Row heap, Row resident) throws Exception {
        int count = effort.population();
        population.start(count / TRIAL);
        population.stop();
        Memory before = Memory.now();
        population.start(count);
        Memory after = Memory.now();
        population.stop();
        List<Sample> samples = new ArrayList<>();
        samples.add(new Sample(heap, (double) (after.heap() - before.heap()) / count));
        if (before.resident().isPresent() && after.resident().isPresent()) {
            double bytes = after.resident().getAsLong() - before.resident().getAsLong();
            samples.add(new Sample(resident, bytes / count));
        }
        return samples;
    }

    private List<Sample> startAndStop(Population population) throws Exception {
        population.start(MILLION / TRIAL);
        population.stop();
        long start = System.nanoTime();
        population.start(MILLION);
        long started = System.nanoTime();
        population.stop();
        long stopped = System.nanoTime();
        return List.of(
                new Sample(Row.MILLION_STARTED, Row.MILLION_STARTED.unit().of(1, started - start)),
                new Sample(Row.MILLION_STOPPED, Row.MILLION_STOPPED.unit().of(1, stopped - started)));
    }
}
