package dev.pando.core.spi;

import java.util.Optional;

/// The end of the machine that a node runs on: who is told of it, and how it is brought about.
///
/// The production binding is the shutdown of the JVM, which SIGTERM, SIGINT, SIGHUP or `System.exit` begins. A
/// simulated machine is never told.
public interface Shutdown {

    /// The end of a machine that tells nobody of it.
    static Shutdown untold() {
        return new Untold();
    }

    /// Has a task run once, on a thread of its own, when the machine is told to end. The machine waits until it
    /// returns; other tasks run at the same time.
    ///
    /// @return how to withdraw it; empty when the machine is ending already, and the task will not run
    Optional<Hook> hook(Runnable task);

    /// How many signals have told the machine to end: 0 while none has, and while it ends from within.
    int signals();

    /// Ends the machine now, with this exit code, whatever still runs.
    void halt(int code);

    /// A task that waits for the end.
    @FunctionalInterface
    interface Hook {
        /// Makes it not run; nothing happens when it runs already.
        void withdraw();
    }

    /// Has nobody to tell, and nothing to halt.
    record Untold() implements Shutdown {
        @Override
        public Optional<Hook> hook(Runnable task) {
            return Optional.of(() -> {});
        }

        @Override
        public int signals() {
            return 0;
        }

        @Override
        public void halt(int code) {}
    }
}
