package dev.pando.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Pando's loads under JMH, for its profilers. One invocation is a whole batch in a process, so that the hand-over
/// from JMH's own thread does not count.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LoadBenchmark {

    private static final int BATCH = 10_000;

    private final Subject pando = new PandoSubject();
    private final Load call = pando.call(1);
    private final Load cast = pando.cast();
    private final Load send = pando.send();

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void call() throws Exception {
        call.run(BATCH);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void cast() throws Exception {
        cast.run(BATCH);
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void send() throws Exception {
        send.run(BATCH);
    }

    @TearDown
    public void close() {
        pando.close();
    }
}
