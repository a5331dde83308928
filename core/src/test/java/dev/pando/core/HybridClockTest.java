package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.spi.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class HybridClockTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    /// A wall clock that is set by hand.
    private static final class Hands implements Clock {
        volatile Instant wall = NOON;

        @Override
        public long nanos() {
            throw new AssertionError("a hybrid clock reads wall time");
        }

        @Override
        public Instant now() {
            return wall;
        }
    }

    private final Hands hands = new Hands();
    private final HybridClock clock = new HybridClock(hands);

    @Test
    void aStampHoldsMillisecondsAboveACounter() {
        assertThat(clock.next()).isEqualTo(NOON.toEpochMilli() << 16);
        assertThat(clock.next()).isEqualTo((NOON.toEpochMilli() << 16) + 1);
    }

    @Test
    void stampsGrowWhileTheWallClockStands() {
        long last = clock.next();
        for (int i = 0; i < 200_000; i++) {
            long next = clock.next();
            assertThat(next > last).isTrue();
            last = next;
        }
    }

    @Test
    void stampsGrowWhenTheWallClockGoesBack() {
        long before = clock.next();
        hands.wall = NOON.minusSeconds(3600);

        assertThat(clock.next()).isEqualTo(before + 1);
    }

    @Test
    void stampsFollowTheWallClock() {
        clock.next();
        hands.wall = NOON.plusSeconds(1);

        assertThat(clock.next() >>> 16).isEqualTo(NOON.plusSeconds(1).toEpochMilli());
    }

    @Test
    void theNextStampIsHigherThanWhatWasSeen() {
        long elsewhere = ahead(Duration.ofMillis(400)) + 77;

        assertThat(clock.observe(elsewhere)).isTrue();

        assertThat(clock.next()).isEqualTo(elsewhere + 1);
    }

    @Test
    void aStampFromTooFarAheadIsFollowedOnlyAsFarAsIsTolerated() {
        assertThat(clock.observe(ahead(Duration.ofHours(1)))).isFalse();

        assertThat(clock.next()).isEqualTo(ahead(HybridClock.TOLERANCE) + 1);
    }

    @Test
    void howFarAheadAClockMayBeIsSet() {
        clock.tolerate(Duration.ofMinutes(2));

        assertThat(clock.observe(ahead(Duration.ofMinutes(1)))).isTrue();
        assertThat(clock.observe(ahead(Duration.ofMinutes(3)))).isFalse();
        assertThatThrownBy(() -> clock.tolerate(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatFollowsAStampIsHigherHoweverFarAheadThatIs() {
        long future = ahead(Duration.ofHours(1));

        assertThat(clock.nextAfter(future)).isEqualTo(future + 1);
        assertThat(clock.highest()).isEqualTo(future + 1);
        assertThat(clock.next() >>> 16)
                .isEqualTo(NOON.plus(HybridClock.TOLERANCE).toEpochMilli());
        assertThat(clock.nextAfter(1)).isLessThan(future);
    }

    private static long ahead(Duration time) {
        return NOON.plus(time).toEpochMilli() << 16;
    }

    @Test
    void whatWasSeenInThePastChangesNothing() {
        long before = clock.next();

        clock.observe(before - 1000);
        clock.observe(before);
        clock.observe(Long.MIN_VALUE);

        assertThat(clock.next()).isEqualTo(before + 1);
    }

    @Test
    void anEffectIsLaterThanItsCauseOverManyNodes() {
        Hands slow = new Hands();
        slow.wall = NOON.minusSeconds(86_400);
        HybridClock other = new HybridClock(slow);
        long stamp = 0;
        for (int i = 0; i < 1000; i++) {
            HybridClock here = i % 2 == 0 ? clock : other;
            long effect = here.nextAfter(stamp);
            assertThat(effect).isGreaterThan(stamp);
            stamp = effect;
        }
    }

    @Test
    void manyThreadsNeverGetTheSameStamp() {
        ConcurrentSkipListSet<Long> stamps = new ConcurrentSkipListSet<>();
        CountDownLatch done = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5000; i++) {
                    stamps.add(clock.next());
                }
                done.countDown();
            });
        }
        Steps.await(done);

        assertThat(stamps).hasSize(20_000);
    }
}
