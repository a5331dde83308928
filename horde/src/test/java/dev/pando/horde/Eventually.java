package dev.pando.horde;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.function.Executable;

/// Waits for what no event announces, such as the moment when the copies of all nodes agree.
final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final long PAUSE_NANOS = 2_000_000;

    /// Returns once the assertions hold; fails as they do when the time is up.
    static void holds(Executable assertions) {
        holds(LIMIT, assertions);
    }

    static void holds(Duration limit, Executable assertions) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertions.execute();
                return;
            } catch (AssertionError failure) {
                if (System.nanoTime() - deadline >= 0) {
                    throw failure;
                }
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new IllegalStateException(failure);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Lets some time pass between two faults; nothing is concluded from it.
    static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private Eventually() {}
}
