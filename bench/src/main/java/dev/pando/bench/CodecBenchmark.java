package dev.pando.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// One message written and read by Pando's codec, by hand, and by Fory in compatible mode.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 1)
public class CodecBenchmark {

    @Param({"HAND", "PANDO", "FORY"})
    @SuppressWarnings("NullAway.Init") // JMH sets it
    MeasuredCodec.Kind codec;

    private MeasuredCodec measured = new HandWritten();
    private Purchase purchase = Purchase.SAMPLE;
    private byte[] frame = {};

    /// Checks what the figures will be of.
    @Setup
    public void open() {
        measured = MeasuredCodec.of(codec);
        frame = measured.write(purchase);
        Purchase read = measured.read(frame);
        if (!read.equals(purchase)) {
            throw new IllegalStateException(codec + " made " + read + " of " + purchase);
        }
    }

    @Benchmark
    public byte[] write() {
        return measured.write(purchase);
    }

    @Benchmark
    public Purchase read() {
        return measured.read(frame);
    }
}
