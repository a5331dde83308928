package dev.pando.core;

import dev.pando.core.spi.Host;
import dev.pando.core.spi.Shutdown;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A machine that a test tells to end, and whose halt it sees.
final class Machine implements Shutdown {

    /// The exit code of the halt.
    final CompletableFuture<Integer> halted = new CompletableFuture<>();

    private final AtomicInteger signals = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> task = new AtomicReference<>();
    private volatile boolean ending;

    /// The JVM's threads and time with this machine's end.
    Host host() {
        Host jvm = Host.jvm();
        return new Host(jvm.scheduler(), jvm.clock(), jvm.entropy(), this);
    }

    /// Sends a signal; the first one begins the end.
    void signal() {
        signals.incrementAndGet();
        if (!ending) {
            end();
        }
    }

    /// Begins the end, as `System.exit` does: without a signal.
    Thread end() {
        ending = true;
        Runnable told = Optional.ofNullable(task.get()).orElse(() -> {});
        return Thread.ofPlatform().start(told);
    }

    /// Whether somebody waits to be told.
    boolean isHooked() {
        return task.get() != null;
    }

    @Override
    public Optional<Hook> hook(Runnable told) {
        if (ending) {
            return Optional.empty();
        }
        task.set(told);
        return Optional.of(() -> task.set(null));
    }

    @Override
    public int signals() {
        return signals.get();
    }

    @Override
    public void halt(int code) {
        halted.complete(code);
    }
}
