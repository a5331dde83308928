package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cli.ChaosSnapshot.Trips;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// With a bound of 50 ms.
final class ChaosTripsTest {

    private final ChaosTrips trips = new ChaosTrips(50);

    private static long nanos(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private void trip(long begun, long ended, boolean answered) {
        trips.begins("b", nanos(begun));
        trips.ends("b", nanos(ended), answered);
    }

    private void still(long begun, long ended) {
        trips.stoodStill(nanos(begun), nanos(ended));
    }

    private Trips at(long millis) {
        return trips.judged(nanos(millis)).getFirst();
    }

    @Test
    void theWorstIsTheLongest() {
        trip(0, 20, true);
        trip(100, 180, true);
        trip(200, 230, true);

        assertThat(at(300)).isEqualTo(new Trips("b", 3, 0, 0, 80));
    }

    @Test
    void aTripThatIsTooLongBecauseItsOwnNodeStoodStillIsNotMeasurable() {
        trip(0, 20, true);
        trip(100, 230, true);
        still(105, 225);

        assertThat(at(300)).isEqualTo(new Trips("b", 1, 0, 1, 20));
        assertThat(trips.hiccupMillis()).isEqualTo(120);
    }

    @Test
    void aHiccupIsNoExcuseForWhatIsTooLongWithoutIt() {
        trip(0, 300, true);
        still(100, 200);

        assertThat(at(400)).isEqualTo(new Trips("b", 1, 0, 0, 200));
    }

    @Test
    void aHiccupBesideATripOrWithinTheBoundIsNoExcuse() {
        still(0, 120);
        trip(120, 190, true);
        trip(300, 370, true);
        still(310, 350);

        assertThat(at(400)).isEqualTo(new Trips("b", 2, 0, 0, 70));
    }

    @Test
    void whatIsNotAnsweredHasFailed() {
        trip(0, 5_000, false);
        trip(6_000, 6_001, false);

        assertThat(at(7_000)).isEqualTo(new Trips("b", 2, 2, 0, 5_000));
    }

    @Test
    void aTripThatIsUnderWayIsAsLongAsItHasTakenSoFar() {
        trips.begins("b", nanos(0));

        assertThat(at(10)).isEqualTo(new Trips("b", 0, 0, 0, 0));
        assertThat(at(90)).isEqualTo(new Trips("b", 1, 0, 0, 90));
    }

    @Test
    void whatIsClearedIsForgottenButNotWhatIsUnderWay() {
        trip(0, 90, false);
        still(0, 80);
        trips.begins("b", nanos(100));
        trips.clear();

        assertThat(at(110)).isEqualTo(new Trips("b", 0, 0, 0, 0));
        assertThat(trips.hiccupMillis()).isZero();
        trips.ends("b", nanos(170), true);
        assertThat(at(180)).isEqualTo(new Trips("b", 1, 0, 0, 70));
    }
}
