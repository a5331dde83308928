package dev.pando.kubernetes;

import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.Watcher.Action;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Keeps a watch open. The client resumes one whose connection breaks; one that cannot be opened,
/// or that the API server ends for good, is opened anew after a pause.
final class Lookout<T> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Kubernetes.class);
    private static final long PAUSE_NANOS_MIN = Duration.ofSeconds(1).toNanos();
    private static final long PAUSE_NANOS_MAX = Duration.ofSeconds(30).toNanos();

    private final Seat seat;
    private final Request request;
    private final Function<Watcher<T>, Watch> opening;
    private final BiConsumer<Action, T> heard;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean first = true;
    private boolean failing;

    /// @param heard is called for each object that came, changed or went, by one thread at a time
    Lookout(Seat seat, Request request, Function<Watcher<T>, Watch> opening, BiConsumer<Action, T> heard) {
        this.seat = seat;
        this.request = request;
        this.opening = opening;
        this.heard = heard;
        this.thread = seat.host().scheduler().start("kubernetes-watch", this::run);
    }

    private void run() {
        try {
            long pauseNanos = PAUSE_NANOS_MIN;
            while (true) {
                long startNanos = nanos();
                watch();
                boolean steady = nanos() - startNanos > PAUSE_NANOS_MAX;
                pauseNanos = steady ? PAUSE_NANOS_MIN : pauseNanos;
                if (closed.await(drawn(pauseNanos), TimeUnit.NANOSECONDS)) {
                    return;
                }
                pauseNanos = Math.min(2 * pauseNanos, PAUSE_NANOS_MAX);
            }
        } catch (InterruptedException e) {
            log.debug("the watch is closed");
        }
    }

    /// Returns when the watch has ended, or could not be opened.
    private void watch() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (Watch _ = opening.apply(watcher(ended))) {
            failing = false;
            if (!first) {
                // What happened while there was no watch is not told by the next one.
                seat.changed().run();
            }
            first = false;
            ended.await();
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private Watcher<T> watcher(CountDownLatch ended) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, T object) {
                switch (action) {
                    case ADDED, MODIFIED, DELETED -> heard.accept(action, object);
                    case ERROR, BOOKMARK -> {}
                }
            }

            @Override
            public void onClose(@Nullable WatcherException cause) {
                log.debug("the watch has ended", cause);
                ended.countDown();
            }

            @Override
            public void onClose() {
                ended.countDown();
            }
        };
    }

    private void failed(RuntimeException e) {
        if (closed.getCount() > 0) {
            log.atLevel(failing ? Level.DEBUG : Level.INFO)
                    .log("{}; until then polling goes on", request.failed(e).getMessage());
            failing = true;
        }
    }

    private long drawn(long pauseNanos) {
        return seat.host().entropy().random().nextLong(pauseNanos / 2, pauseNanos + 1);
    }

    private long nanos() {
        return seat.host().clock().nanos();
    }

    @Override
    public void close() {
        closed.countDown();
        seat.host().scheduler().interrupt(thread);
    }
}
