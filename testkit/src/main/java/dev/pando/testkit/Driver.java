package dev.pando.testkit;

/// How the baton of a [Kernel] travels between its threads. One for each simulation.
sealed interface Driver permits BatonDriver, ExecutorDriver {

    /// The thread on which time moves and actions run, not started yet.
    Thread kernel(Runnable life);

    /// A thread that runs when it is given the baton, not started yet.
    Thread fiber(String name, Runnable life);

    /// Called once, before anything runs.
    void open(Kernel kernel);

    /// Whether a thread that gives the baton away leaves it to the kernel's thread to give it to the next.
    boolean comesBack();

    /// Runs whoever has been given the baton, on the kernel's thread, until they have given it away.
    void runs();

    /// The quicker one where this JVM allows it: with `--add-opens java.base/java.lang=ALL-UNNAMED`. Both give the same
    /// run; the property `pando.testkit.driver`, `baton` or `executor`, asks for one of them.
    ///
    /// @throws IllegalArgumentException when the property is something else
    /// @throws IllegalStateException when the JVM does not allow what was asked for
    static Driver ofThisJvm() {
        String wanted = System.getProperty("pando.testkit.driver", "");
        return switch (wanted) {
            case "baton" -> new BatonDriver();
            case "executor" -> new ExecutorDriver();
            case "" -> ExecutorDriver.isPossible() ? new ExecutorDriver() : new BatonDriver();
            default ->
                throw new IllegalArgumentException(
                        "pando.testkit.driver: '" + wanted + "' is neither 'baton' nor 'executor'");
        };
    }
}
