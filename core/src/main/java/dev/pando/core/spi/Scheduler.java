package dev.pando.core.spi;

/// Runs processes and parks them; the only place of the runtime where threads start.
///
/// All methods may be called by any process of the runtime. The production binding runs each process on a virtual
/// thread, a server on a new one each time it has been idle; a simulator lets exactly one of them run at a time and
/// draws the next one from a seed.
public interface Scheduler extends AutoCloseable {

    /// Starts a body on a thread of its own; the body runs later, never inside this call. The thread inherits nothing
    /// from the one that starts it.
    Thread start(String name, Runnable body);

    /// Parks the calling thread until unparked; may return for no reason, so callers loop. Clears nothing, throws
    /// nothing.
    void park();

    /// As [#park], but returns at the latest when [Clock#nanos] reaches the deadline.
    void parkUntil(long deadlineNanos);

    /// Lets others that are ready run before the calling process goes on; a hint, which may do nothing.
    void giveWay();

    /// How often a process may look, with a [#spin] in between, for what another one is doing at the same time, before
    /// it gives way; 0 where only one runs at a time.
    default int looks() {
        return 0;
    }

    /// Lets a moment pass without letting others run; a hint, which may do nothing.
    default void spin() {}

    /// Gives the thread its one permit; happens-before the return of the park it ends. Ignored when the thread
    /// has ended.
    void unpark(Thread thread);

    /// Interrupts a process that may be blocked outside the runtime (a socket, a lock).
    void interrupt(Thread thread);

    /// Fires once at the deadline on a kernel thread; the action must not block and must not read `Self`. Ties
    /// fire in order of creation.
    Timer at(long deadlineNanos, Runnable action);

    /// Drops all timers. Threads already started are the business of whoever started them.
    @Override
    void close();

    /// A pending action.
    interface Timer {
        /// Withdraws the action; `false` when it has fired or was withdrawn already.
        boolean cancel();
    }
}
