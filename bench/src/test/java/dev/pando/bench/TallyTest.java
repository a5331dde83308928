package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TallyTest {

    private final Tally tally = new Tally();

    @Test
    void aFigureIsTheMedianWithTheBestBesideIt() {
        add(Contender.PANDO, Row.CALL1, 300, 100, 200);
        add(Contender.PANDO, Row.RING, 300, 100, 200, 400);

        assertThat(line(Row.CALL1).figure(Column.PANDO)).contains(new Statistics(200, 300));
        assertThat(line(Row.RING).figure(Column.PANDO)).contains(new Statistics(250, 100));
    }

    @Test
    void pekkosColumnIsItsBestSetUpByTheMedian() {
        add(Contender.PEKKO, Row.CALL1, 100, 900, 100);
        add(Contender.PEKKO_PROCESSORS, Row.CALL1, 200, 200, 200);
        add(Contender.PEKKO, Row.RING, 70);
        add(Contender.PEKKO_PROCESSORS, Row.RING, 50);
        add(Contender.PEKKO_VIRTUAL, Row.RING, 60);

        assertThat(line(Row.CALL1).figure(Column.PEKKO)).contains(new Statistics(200, 200));
        assertThat(line(Row.CALL1).pekko()).containsExactly(entry("default", 100.0), entry("processors", 200.0));
        assertThat(line(Row.RING).figure(Column.PEKKO)).contains(new Statistics(50, 50));
    }

    @Test
    void whatIsLostIsLostByTheSetUpThatHasTheColumn() {
        add(Contender.PEKKO, Row.STREAM1, 100);
        add(Contender.PEKKO, Row.STREAM1_LOST, 0);
        add(Contender.PEKKO_UNPACED, Row.STREAM1, 300);
        add(Contender.PEKKO_UNPACED, Row.STREAM1_LOST, 40);

        assertThat(line(Row.STREAM1).figure(Column.PEKKO)).contains(new Statistics(300, 300));
        assertThat(line(Row.STREAM1_LOST).figure(Column.PEKKO)).contains(new Statistics(40, 40));
        assertThat(line(Row.STREAM1_LOST).pekko()).containsExactly(entry("default", 0.0), entry("unpaced", 40.0));
    }

    @Test
    void aRatioIsPandosMedianByThePeers() {
        add(Contender.PANDO, Row.CALL1, 300);
        add(Contender.BEAM, Row.CALL1, 200);

        assertThat(line(Row.CALL1).ratio(Column.BEAM)).contains(1.5);
        assertThat(line(Row.CALL1).ratio(Column.PEKKO)).isEmpty();
    }

    @Test
    void nothingDividedByNothingIsNoRatio() {
        add(Contender.PANDO, Row.STREAM1, 1);
        add(Contender.PANDO, Row.STREAM1_LOST, 0);
        add(Contender.BEAM, Row.STREAM1, 1);
        add(Contender.BEAM, Row.STREAM1_LOST, 0);

        assertThat(line(Row.STREAM1_LOST).ratio(Column.BEAM)).isEmpty();
    }

    @Test
    void linesComeInTheOrderOfTheRows() {
        add(Contender.BEAM, Row.SKYNET, 1);
        add(Contender.PANDO, Row.CALL1, 1);

        assertThat(tally.lines()).extracting(Report.Line::row).containsExactly(Row.CALL1, Row.SKYNET);
    }

    private void add(Contender contender, Row row, double... values) {
        for (double value : values) {
            tally.add(contender, new Sample(row, value));
        }
    }

    private Report.Line line(Row row) {
        List<Report.Line> lines = tally.lines();
        return lines.stream().filter(line -> line.row() == row).findFirst().orElseThrow();
    }
}
