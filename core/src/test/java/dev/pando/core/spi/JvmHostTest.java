package dev.pando.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every binding of [Scheduler] promises, for the one of the JVM.
final class JvmHostTest {

    private final Host host = Host.jvm();
    private final Scheduler scheduler = host.scheduler();

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void anActionThatRunsCannotBeWithdrawn() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Scheduler.Timer timer = scheduler.at(host.clock().nanos(), () -> {
            running.countDown();
            awaitQuietly(release);
        });
        await(running);

        assertThat(timer.cancel()).isFalse();
        release.countDown();
    }

    @Test
    void anActionIsWithdrawnOnce() throws InterruptedException {
        CountDownLatch fired = new CountDownLatch(1);
        Scheduler.Timer timer = scheduler.at(in(Duration.ofHours(1)), fired::countDown);

        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(fired.getCount()).isEqualTo(1);
    }

    @Test
    void actionsFireInOrderOfTheirDeadlinesAndTiesInOrderOfCreation() throws InterruptedException {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch all = new CountDownLatch(20);
        CountDownLatch release = new CountDownLatch(1);
        long now = host.clock().nanos();
        long late = now - 1_000;
        long early = now - 2_000;
        scheduler.at(now - 3_000, () -> awaitQuietly(release));
        for (int i = 0; i < 20; i++) {
            int number = i;
            scheduler.at(i < 10 ? late : early, () -> {
                order.add(number);
                all.countDown();
            });
        }

        release.countDown();
        await(all);

        assertThat(order)
                .containsExactlyElementsOf(IntStream.concat(IntStream.range(10, 20), IntStream.range(0, 10))
                        .boxed()
                        .toList());
    }

    @Test
    void anActionThatThrowsDoesNotStopTheNext() throws InterruptedException {
        CountDownLatch next = new CountDownLatch(1);
        scheduler.at(host.clock().nanos(), () -> {
            throw new IllegalStateException("action");
        });
        scheduler.at(host.clock().nanos(), next::countDown);

        await(next);
    }

    @Test
    void aClosedSchedulerTakesNoActions() {
        scheduler.close();

        assertThat(scheduler.at(host.clock().nanos(), () -> {}).cancel()).isFalse();
    }

    @Test
    void parkEndsAtItsDeadline() {
        long deadline = in(Duration.ofMillis(20));
        while (host.clock().nanos() < deadline) {
            scheduler.parkUntil(deadline);
        }

        scheduler.parkUntil(host.clock().nanos() - 1);

        assertThat(host.clock().nanos()).isGreaterThanOrEqualTo(deadline);
    }

    @Test
    void anUnparkBeforeTheParkEndsIt() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        scheduler.start("parker", () -> {
            scheduler.unpark(Thread.currentThread());
            scheduler.park();
            ended.countDown();
        });

        await(ended);
    }

    @Test
    void aThreadInheritsNothingFromTheOneThatStartsIt() throws InterruptedException {
        InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        AtomicReference<ClassLoader> seen = new AtomicReference<>();
        AtomicReference<String> inherited = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        ClassLoader mine = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader other = new URLClassLoader(new URL[0])) {
            Thread.currentThread().setContextClassLoader(other);
            inheritable.set("of the starter");
            scheduler.start("heir", () -> {
                seen.set(Thread.currentThread().getContextClassLoader());
                inherited.set(inheritable.get());
                ended.countDown();
            });
            await(ended);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Thread.currentThread().setContextClassLoader(mine);
        }

        assertThat(seen).hasValue(mine);
        assertThat(inherited).hasValue(null);
    }

    @Test
    void aHookOfTheShutdownCanBeWithdrawn() {
        Shutdown.Hook hook =
                host.shutdown().hook(() -> host.shutdown().halt(99)).orElseThrow();

        hook.withdraw();
        hook.withdraw();

        assertThat(host.shutdown().signals()).isZero();
    }

    private long in(Duration delay) {
        return host.clock().nanos() + delay.toNanos();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            await(latch);
        } catch (InterruptedException _) {
            // the scheduler was closed
        }
    }
}
