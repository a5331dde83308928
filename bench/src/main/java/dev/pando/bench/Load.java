package dev.pando.bench;

/// Work that is timed from outside.
@FunctionalInterface
interface Load {

    /// Does so many operations, waits until all of them are done, and checks what came of them.
    ///
    /// @throws IllegalStateException when the outcome is wrong
    void run(long operations) throws Exception;

    /// Clears away what a run has left. Not timed.
    default void settle() throws Exception {}

    /// Starting a population, and only that.
    static Load starting(Population population) {
        return new Load() {
            @Override
            public void run(long operations) throws Exception {
                population.start(Math.toIntExact(operations));
            }

            @Override
            public void settle() throws Exception {
                population.stop();
            }
        };
    }
}
