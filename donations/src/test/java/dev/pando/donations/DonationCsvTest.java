package dev.pando.donations;

import static dev.pando.donations.CsvFiles.MAPPING;
import static dev.pando.donations.CsvFiles.donations;
import static dev.pando.donations.CsvFiles.ids;
import static dev.pando.donations.CsvFiles.names;
import static dev.pando.donations.CsvFiles.rejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

import dev.pando.donations.CsvMapping.Column;
import dev.pando.donations.CsvMapping.Fixed;
import dev.pando.donations.CsvRow.Rejected;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DonationCsvTest {

    @TempDir
    Path directory;

    private List<CsvRow> read(String content) {
        return CsvFiles.read(directory, content, MAPPING);
    }

    @Test
    void everyPartOfADonationCanComeFromAColumn() {
        CsvMapping mapping = CsvMapping.of("test", "Who", "Sum", new Column("Cur"), new Column("Where"))
                .id(new Column("Nr"))
                .time(new Column("When"));

        List<CsvRow> rows = CsvFiles.read(
                directory,
                "Nr,Who,Sum,Cur,Where,When\n 7 ,Ada,5,KWD, me-central ,2025-03-01T12:00:00+02:00\n",
                mapping);

        assertThat(rows)
                .containsExactly(new CsvRow.Parsed(
                        2,
                        new Donation(
                                "7",
                                new Donor("Ada"),
                                Money.parse("KWD 5.000"),
                                "me-central",
                                Instant.parse("2025-03-01T10:00:00Z"))));
    }

    @Test
    void valuesCanBeTheSameForAllRows() {
        CsvMapping mapping = MAPPING.time(new Fixed("2018-06-30"));

        List<CsvRow> rows = CsvFiles.read(directory, "Name,Amount\nAda,5\n", mapping);

        assertThat(donations(rows))
                .extracting(Donation::amount, Donation::region, Donation::time)
                .containsExactly(tuple(Money.parse("USD 5.00"), "eu-west", Instant.parse("2018-06-30T00:00:00Z")));
    }

    @Test
    void timeThatNobodySaidIsTheSameInEachImport() {
        assertThat(donations(read("Name,Amount\nAda,5\n")))
                .extracting(Donation::time)
                .containsExactly(Donation.TIME_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "Ada,12.5x|a mark that does not stand for USD",
                "Ada,'12,50'|is not a plain positive number",
                "Ada,-5|is not a plain positive number",
                "Ada,0|amount must be more than zero",
                "Ada,0.001|has more decimals than USD",
                "Ada,€5|a mark that does not stand for USD",
                "Ada,1e16|amount must be below 10^15",
                "Ada,|is not a plain positive number",
                ",5|donor is blank",
                "'  ',5|donor is blank",
                "Ada|1 cells where the header has 2",
                "Ada,5,6|3 cells where the header has 2"
            })
    void badRowIsReportedAndStopsNothingElse(String row, String reason) {
        List<CsvRow> rows = read("Name,Amount\nfirst,1\n" + row.replace('\'', '"') + "\nlast,2\n");

        assertThat(names(rows)).containsExactly("first", "last");
        assertThat(rejected(rows)).singleElement().satisfies(rejected -> {
            assertThat(rejected.file()).endsWith("donations.csv");
            assertThat(rejected.line()).isEqualTo(3);
            assertThat(rejected.reason()).contains(reason).doesNotContain("Ada", "\n");
            assertThat(rejected).hasToString(rejected.file() + ":3: " + rejected.reason());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "'7,ZZZ,r,2025-01-01', currency ZZZ is not known",
        "'7,,r,2025-01-01', currency is not a three-letter",
        "'7,USD,,2025-01-01', region is blank",
        "'7,USD,r,', time is neither",
        "'7,USD,r,17/18', time is neither",
        "'7,USD,r,2025-02-30', time is neither",
        "'7,USD,r,2025-01-01T10:00:00', time is neither",
        "' ,USD,r,2025-01-01', donation id is blank"
    })
    void badCellOfAnyColumnIsReported(String cells, String reason) {
        CsvMapping mapping = CsvMapping.of("test", "Name", "Amount", new Column("Cur"), new Column("Reg"))
                .id(new Column("Nr"))
                .time(new Column("Time"));

        List<CsvRow> rows = CsvFiles.read(directory, "Nr,Cur,Reg,Time,Name,Amount\n" + cells + ",Ada,5\n", mapping);

        assertThat(rejected(rows))
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.reason()).startsWith(reason));
    }

    @Test
    void repeatedIdIsLeftToTheLedger() {
        CsvMapping mapping = MAPPING.id(new Column("Nr"));

        assertThat(ids(CsvFiles.read(directory, "Nr,Name,Amount\n7,Ada,5\n7,Ada,6\n", mapping)))
                .containsExactly("7", "7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void lineEndsOfEverySystemAreRead(String end) {
        List<CsvRow> rows = read(String.join(end, "Name,Amount", "Ada,5", "", "\"Bo\",6", "Cy,x"));

        assertThat(rows).extracting(CsvRow::line).containsExactly(2L, 4L, 5L);
        assertThat(names(rows)).containsExactly("Ada", "Bo");
    }

    @Test
    void lineEndsMayBeMixed() {
        List<CsvRow> rows = read("Name,Amount\rAda,5\nBo,6\r\n\r\nCy,7\n\rDi,8");

        assertThat(rows).extracting(CsvRow::line).containsExactly(2L, 3L, 5L, 7L);
        assertThat(names(rows)).containsExactly("Ada", "Bo", "Cy", "Di");
    }

    @Test
    void quotedCellsMaySpanLinesAndHoldAnything() {
        List<CsvRow> rows =
                read("Name,Amount\n\"Ada\r\n\"\"the first\"\",\n\nof hers\",5\nBo,\"1,000\"\n\"\",\"\"\"\"\nCy,7\n");

        assertThat(names(rows)).containsExactly("Ada\r\n\"the first\",\n\nof hers", "Bo", "Cy");
        assertThat(rows).extracting(CsvRow::line).containsExactly(2L, 6L, 7L, 8L);
    }

    @Test
    void reportOfARowOverManyLinesTellsWhereItEnds() {
        assertThat(rejected(read("Name,Amount\n\"Ada\nthe\nfirst\",x\nBo,6\n")))
                .singleElement()
                .satisfies(rejected ->
                        assertThat(rejected.toString()).contains(":2: ").endsWith(" (the row ends on line 4)"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"open,5",
                "open,\"5",
                "\"a\"b,5",
                "a\"b,5",
                "a\"b\"c,5",
                " \"a\",5",
                "\"a\" ,5",
                "a,5\"",
                "\"a\"\",5",
                "\"",
                "\"\"\"",
                "a,5,\""
            })
    void brokenQuotingCostsOneRowWhereverItStands(String broken) {
        for (int place = 0; place < 4; place++) {
            List<String> lines = new ArrayList<>(List.of("first,1", "\"second\",\"2\"", "\"third, of all\",3"));
            lines.add(place, broken);

            List<CsvRow> rows = read("Name,Amount\n" + String.join("\n", lines));

            assertThat(names(rows)).containsExactly("first", "second", "third, of all");
            assertThat(rejected(rows)).hasSize(1);
            assertThat(rejected(rows).getFirst().line()).isEqualTo(place + 2);
            assertThat(rejected(rows).getFirst().reason()).startsWith("broken quoting: ");
        }
    }

    @Test
    void brokenRowsInARowCostThemselvesOnly() {
        List<CsvRow> rows = read("Name,Amount\n\"a,1\nfirst,1\n\"b\"b,2\n\"c\"c,3\nlast,4\n");

        assertThat(names(rows)).containsExactly("first", "last");
        assertThat(rejected(rows)).extracting(Rejected::line).containsExactly(2L, 4L, 5L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void strayQuoteInALargeFileCostsOneRow(boolean quoted) {
        String row = quoted ? "\"donor %d\",\"%d\"" : "donor %d,%d";
        List<String> lines = IntStream.rangeClosed(1, 10_000)
                .mapToObj(i -> i == 5_000 ? "\"stray,5" : row.formatted(i, i))
                .toList();

        List<CsvRow> rows = read("Name,Amount\n" + String.join("\n", lines) + "\n");

        assertThat(rejected(rows)).extracting(Rejected::line).containsExactly(5_001L);
        assertThat(donations(rows)).hasSize(9_999);
        assertThat(names(rows).getLast()).isEqualTo("donor 10000");
    }

    /// Read as one legal cell, they would hide the rows between; read as rows, that cell could forge donations.
    @Test
    void rowsBetweenTwoStrayQuotesAreReportedNotHidden() {
        List<CsvRow> rows = read("Name,Amount\nfirst,1\n\"a,2\nb,3\nc,4\nd\",5\nlast,6\n");

        assertThat(names(rows)).containsExactly("first", "last");
        assertThat(rejected(rows))
                .containsExactly(new Rejected(
                        directory.resolve("donations.csv").toString(),
                        3,
                        "broken quoting: a quoted cell holds whole rows (the row ends on line 6)"));
    }

    @Test
    void rowInsideACellDoesNotCountAsAnOccurrence() {
        List<String> alone = ids(read("Name,Amount\nb,3\n"));

        assertThat(ids(read("Name,Amount\n\"a,2\nb,3\nd\",5\nb,3\n"))).isEqualTo(alone);
    }

    @Test
    void quotedCellHasABoundInLines() {
        String legal = "\"" + "x\n".repeat(490) + "\"";
        String endless = "\"" + "x\n".repeat(1_100) + "\",5";

        List<CsvRow> rows = read("Name,Amount\n" + legal + ",5\n" + endless + "\nlast,6\n");

        assertThat(donations(rows)).hasSize(2);
        assertThat(rejected(rows).getFirst().line()).isEqualTo(493);
        assertThat(rejected(rows).getFirst().reason()).isEqualTo("broken quoting: a quote is never closed");
        assertThat(names(rows).getLast()).isEqualTo("last");
    }

    @Test
    void quotedCellHasABoundInCharacters() {
        String line = "x".repeat(600_000);

        List<CsvRow> rows = read("Name,Amount\n\"" + line + "\n" + line + "\n" + line + "\",5\nlast,6\n");

        assertThat(rejected(rows)).extracting(Rejected::line).containsExactly(2L, 3L, 4L);
        assertThat(names(rows)).containsExactly("last");
    }

    @Test
    void overlongLineCostsOneRow() {
        List<CsvRow> rows = read("Name,Amount\nfirst,1\n" + "x\",".repeat(1_000_000) + "\r\nlast,2\n");

        assertThat(names(rows)).containsExactly("first", "last");
        assertThat(rejected(rows))
                .singleElement()
                .satisfies(rejected ->
                        assertThat(rejected.toString()).contains(":3: the line is longer than 1048576 characters"));
    }

    @Test
    void overlongLineInAQuotedCellIsNotCutOffSilently() {
        List<CsvRow> rows = read("Name,Amount,Note\n\"Ada\nthe first\",5," + "x".repeat(2_000_000) + "\nlast,2,\n");

        assertThat(names(rows)).containsExactly("last");
        assertThat(rejected(rows)).extracting(Rejected::line).containsExactly(2L, 3L);
    }

    @Test
    void rowOfAMillionCellsCostsOneRow() {
        List<CsvRow> rows = read("Name,Amount\n" + ",".repeat(1_000_000) + "\nlast,2\n");

        assertThat(names(rows)).containsExactly("last");
        assertThat(rejected(rows).getFirst().reason()).isEqualTo("1000001 cells where the header has 2");
    }

    @ParameterizedTest
    @ValueSource(chars = {',', ';', '\t', '|'})
    void delimiterCanBeChosen(char delimiter) {
        List<CsvRow> rows = CsvFiles.read(
                directory,
                "Name" + delimiter + "Amount\n\"Ada, B; C\t| D\"" + delimiter + "5\n",
                MAPPING.delimiter(delimiter));

        assertThat(names(rows)).containsExactly("Ada, B; C\t| D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-32BE", "GB18030"})
    void namesInAnyScriptAreReadInAnyCharset(String charset) {
        List<String> given = List.of(
                "محمد العتيبي",
                "王 伟",
                "สมชาย ใจดี",
                "👩‍👩‍👧‍👦 𝒜",
                "e\u0301\u0327",
                "\u202eRTL\u202c",
                "literal \ufffd");
        String content =
                "Name,Amount\n" + given.stream().map(name -> name + ",5\n").collect(Collectors.joining());

        assertThat(names(CsvFiles.read(directory, content, MAPPING.charset(Charset.forName(charset)))))
                .containsExactlyElementsOf(given);
    }

    @Test
    void namesSurviveTheWayToTheLedgerAndBack() {
        List<String> given =
                List.of("محمد العتيبي", "王 伟", " spaced ", "👩‍👩‍👧‍👦", "e\u0301", "שרה \"צה״ל\"", "two\r\nlines");
        String content = "Name,Amount\n"
                + given.stream()
                        .map(name -> '"' + name.replace("\"", "\"\"") + "\",5\n")
                        .collect(Collectors.joining());

        List<CsvRow> rows = read(content);

        try (var server = LedgerServer.inMemory();
                var ledger = Ledger.open(server.config())) {
            donations(rows).forEach(donation -> ledger.record(Samples.entry(donation)));

            assertThat(ids(rows))
                    .map(id -> ledger.find(id).orElseThrow().donation().donor().name())
                    .containsExactlyElementsOf(given);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
    void byteOrderMarkIsNoPartOfTheFirstColumn(String charset) {
        assertThat(names(CsvFiles.read(
                        directory, "\ufeffName,Amount\nAda,5\n", MAPPING.charset(Charset.forName(charset)))))
                .containsExactly("Ada");
    }

    @Test
    void namesOfColumnsMayBeQuotedAndPadded() {
        assertThat(names(read("\"Name\", Amount \nAda,5\n"))).containsExactly("Ada");
    }

    @Test
    void fileWithAHeaderOnlyHasNoRows() {
        assertThat(read("Name,Amount")).isEmpty();
        assertThat(read("Name,Amount\r\n\r\n")).isEmpty();
    }

    @Test
    void rowsAreReadWhenTheyAreAskedFor() throws IOException {
        Path file = directory.resolve("half.csv");
        byte[] good = ("Name,Amount\n" + "Ada,5\n".repeat(10_000)).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(good, good.length + 1);
        bytes[good.length] = (byte) 0xff;
        Files.write(file, bytes);

        try (var csv = DonationCsv.open(file, MAPPING)) {
            assertThat(csv.iterator().next().line()).isEqualTo(2);
        }
    }

    @Test
    void fileIsReadOnce() throws IOException {
        Path file = Files.writeString(directory.resolve("once.csv"), "Name,Amount\nAda,5\n");

        try (var csv = DonationCsv.open(file, MAPPING)) {
            csv.forEach(_ -> {});

            assertThatIllegalStateException().isThrownBy(csv::iterator);
        }
    }
}
