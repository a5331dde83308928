package dev.pando.core;

/// Whether a process that finds nothing looks again before it waits.
///
/// What it waits for is often done by one that is ready to run: the server it has called, or the caller it has
/// answered. Then to queue behind that one costs less than to wait and to be woken, which makes the JDK's pool look
/// for another carrier each time. When the other runs beside it, on another carrier, it is done even before one has
/// queued. Where looking again was of no use, the waits that follow do without it: two first, then twice as many each
/// time, as a spinning lock adapts.
///
/// The state is a `short`, one for each way of looking.
final class Patience {

    /// How often a process lets others run in one wait.
    static final int TURNS = 4;

    /// Tries in each wait until that was of no use.
    static final short FRESH = 0;

    /// As `FRESH`, from the second wait on: a server that has just begun has nobody who talks to it.
    static final short AFTER_ONE = 1;

    private static final int WITHOUT = 0xFF;
    private static final int MISS = 0x100;
    private static final int MISSES_MAX = 6;

    /// Whether to try in the wait that begins.
    static boolean tries(short state) {
        return (state & WITHOUT) == 0;
    }

    /// The state for the next wait.
    ///
    /// @param came whether what it waits for came while it tried
    static short after(boolean came, short state) {
        if (came) {
            return FRESH;
        }
        if (!tries(state)) {
            return (short) (state - 1);
        }
        int misses = Math.min(MISSES_MAX, state / MISS + 1);
        return (short) (misses * MISS + (1 << misses));
    }

    private Patience() {}
}
