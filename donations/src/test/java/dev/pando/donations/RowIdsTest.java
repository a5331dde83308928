package dev.pando.donations;

import static dev.pando.donations.CsvFiles.MAPPING;
import static dev.pando.donations.CsvFiles.ids;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.donations.CsvMapping.Fixed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowIdsTest {

    @TempDir
    Path directory;

    /// Pinned: with other ids, whatever was imported before would be imported again.
    @Test
    void idOfARowNeverChanges() {
        var ids = new RowIds("aec-2017-18");

        assertThat(ids.next(List.of("Liberals", "王 伟", "$20,000")))
                .isEqualTo("aec-2017-18:9e37d95a05be9d773620f2b7beea1ff3-1");
        assertThat(ids.next(List.of("Liberals", "王 伟", "$20,000")))
                .isEqualTo("aec-2017-18:9e37d95a05be9d773620f2b7beea1ff3-2");
    }

    @Test
    void cellsAreNotRunTogether() {
        var ids = new RowIds("s");

        assertThat(List.of(
                        ids.next(List.of("ab", "c")),
                        ids.next(List.of("a", "bc")),
                        ids.next(List.of("abc", "")),
                        ids.next(List.of("", "abc")),
                        ids.next(List.of("abc")),
                        ids.next(List.of("ab\u0000\u0000\u0000\u0001c"))))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.endsWith("-1"));
    }

    @Test
    void idsDoNotDependOnTheOrderOfRows() {
        var random = new Random(7);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            rows.add("donor " + random.nextInt(300) + "," + (1 + random.nextInt(3)));
        }
        List<String> expected = idsOf(rows, MAPPING);
        assertThat(expected).hasSize(2_000).doesNotHaveDuplicates();

        for (int round = 0; round < 5; round++) {
            Collections.shuffle(rows, random);

            assertThat(new HashSet<>(idsOf(rows, MAPPING))).isEqualTo(new HashSet<>(expected));
        }
    }

    private List<String> idsOf(List<String> rows, CsvMapping mapping) {
        return ids(CsvFiles.read(directory, "Name,Amount\n" + String.join("\n", rows), mapping));
    }

    @Test
    void idsDependOnTheSourceAndTheCellsOnly() throws IOException {
        List<String> rows = List.of("Ada,5", "Ada,5", "Bo,6");
        List<String> expected = idsOf(rows, MAPPING);
        Path renamed = Files.writeString(
                directory.resolve("renamed.csv"), "\ufeffName;\"Amount\"\r\n\"Ada\";\"5\"\r\nAda;5\r\n\r\nBo;6");
        CsvMapping otherOptions = CsvMapping.of("test", "Name", "Amount", new Fixed("EUR"), new Fixed("us-east"))
                .delimiter(';')
                .time(new Fixed("2025-01-01"));

        assertThat(ids(CsvFiles.read(renamed, otherOptions))).isEqualTo(expected);
        CsvMapping otherSource = CsvMapping.of("other", "Name", "Amount", new Fixed("USD"), new Fixed("eu-west"));
        assertThat(idsOf(rows, otherSource)).doesNotContainAnyElementsOf(expected);
    }

    /// The ledger's view of the same: nothing new the second time.
    @Test
    void secondImportRecordsNothingNew() {
        List<CsvRow> rows = CsvFiles.read(directory, "Name,Amount\nAda,5\nAda,5\nBo,6\n", MAPPING);
        try (var server = LedgerServer.inMemory();
                var ledger = Ledger.open(server.config())) {
            for (Donation donation : CsvFiles.donations(rows)) {
                assertThat(ledger.record(Samples.entry(donation))).isEqualTo(new Recording.Recorded());
            }
            for (Donation donation : CsvFiles.donations(rows)) {
                assertThat(ledger.record(Samples.entry(donation)))
                        .isEqualTo(new Recording.Duplicate(Samples.entry(donation), true));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1L << 32})
    void everyNumberIsCounted(long number) {
        var occurrences = new Occurrences();

        assertThat(occurrences.add(number)).isEqualTo(1);
        assertThat(occurrences.add(number)).isEqualTo(2);
        assertThat(occurrences.add(number + 1)).isEqualTo(1);
    }

    @Test
    void countsSurviveGrowthAndCrowding() {
        var occurrences = new Occurrences();
        for (int time = 1; time <= 3; time++) {
            for (long number = 0; number < 5_000; number++) {
                // The low bits, which choose the place, take few values.
                assertThat(occurrences.add(number << 8)).isEqualTo(time);
            }
        }
    }
}
