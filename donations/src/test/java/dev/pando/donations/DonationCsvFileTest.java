package dev.pando.donations;

import static dev.pando.donations.CsvFiles.MAPPING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pando.donations.CsvMapping.Column;
import dev.pando.donations.CsvMapping.Fixed;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file that cannot be read is one clear line, which says what to pass.
class DonationCsvFileTest {

    @TempDir
    Path directory;

    private void assertRefused(Path file, CsvMapping mapping, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CsvFiles.read(file, mapping))
                .withMessage(file + ":" + message);
        assertThat(message).doesNotContain("\n");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(directory.resolve("donations.csv"), content);
    }

    @Test
    void missingFile() {
        assertRefused(directory.resolve("none.csv"), MAPPING, " no such file. Pass the path of a CSV file");
    }

    @Test
    void directoryInsteadOfAFile() {
        assertRefused(directory, MAPPING, " is a directory. Pass a CSV file");
    }

    @Test
    void unreadableFile() throws IOException {
        Path file = file("Name,Amount\n");
        assumeFalse(!file.toFile().setReadable(false) || Files.isReadable(file), "this user may read every file");

        assertRefused(file, MAPPING, " permission denied. Pass a CSV file that you may read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\r\n\r", "\ufeff"})
    void emptyFile(String content) throws IOException {
        assertRefused(file(content), MAPPING, " is empty. Pass a file whose first line names its columns");
    }

    @Test
    void missingColumn() throws IOException {
        assertRefused(
                file("Party,Year,Name\nx,y,z\n"),
                MAPPING,
                " no column 'Amount'; it has: Party, Year, Name. Pass --amount COLUMN");
    }

    @Test
    void missingColumnOfAnOption() throws IOException {
        CsvMapping mapping = CsvMapping.of("test", "Name", "Amount", new Column("Cur"), new Fixed("r"));

        assertRefused(
                file("Name,Amount\n"),
                mapping,
                " no column 'Cur'; it has: Name, Amount. Pass --currency-column COLUMN");
        assertRefused(
                file("Name,Amount\n"),
                MAPPING.id(new Column("Nr")),
                " no column 'Nr'; it has: Name, Amount. Pass --id COLUMN");
    }

    @Test
    void columnNamedTwice() throws IOException {
        assertRefused(
                file("Name,Amount,Amount\n"),
                MAPPING,
                " more than one column 'Amount'; it has: Name, Amount, Amount. Pass --amount COLUMN");
    }

    @Test
    void otherDelimiter() throws IOException {
        assertRefused(
                file("Name;Amount\n"),
                MAPPING,
                " no column 'Name'; it has: Name;Amount. Pass --donor COLUMN, or --delimiter if its columns are divided"
                        + " by another character");
    }

    @Test
    void headerOfManyLinesAndColumnsIsShownOnOneBoundedLine() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CsvFiles.read(file("\"a\nb\"," + "x,".repeat(1_000) + "y\n"), MAPPING))
                .satisfies(e -> assertThat(e.getMessage())
                        .contains("a b, x, x")
                        .hasSizeLessThan(700)
                        .doesNotContain("\n"));
    }

    @Test
    void brokenHeader() throws IOException {
        assertRefused(
                file("\"Name,Amount\nAda,5\n"),
                MAPPING,
                "1: broken quoting: a quote is never closed. Pass a file whose first line names its columns");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ZZZ", "XXX"})
    void unknownFixedCurrency(String currency) throws IOException {
        assertRefused(
                file("Name,Amount\n"),
                CsvMapping.of("test", "Name", "Amount", new Fixed(currency), new Fixed("r")),
                " currency " + currency + " is not known. Pass another --currency");
    }

    @Test
    void fixedTimeThatIsNone() throws IOException {
        assertRefused(
                file("Name,Amount\n"),
                MAPPING.time(new Fixed("yesterday")),
                " time is neither a date such as 2025-01-31 nor a time with offset such as 2025-01-31T10:00:00Z. Pass"
                        + " another --time");
    }

    /// A byte that is no UTF-8, at places around the reader's buffers.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 2_730, 2_731, 5_460, 20_000})
    void undecodableByte(int rowsBefore) throws IOException {
        byte[] good = ("Name,Amount\r\n" + "é,55\r\n".repeat(rowsBefore)).getBytes(StandardCharsets.UTF_8);
        byte[] latin = "Bj\u00f6rk,5\r\n".getBytes(StandardCharsets.ISO_8859_1);
        Path file = Files.write(directory.resolve("latin.csv"), concat(good, latin));

        assertRefused(
                file,
                MAPPING,
                "%d: the byte at offset %d is not UTF-8. Pass --charset NAME"
                        .formatted(rowsBefore + 2, good.length + 2));
        assertThat(CsvFiles.names(CsvFiles.read(file, MAPPING.charset(StandardCharsets.ISO_8859_1))))
                .hasSize(rowsBefore + 1)
                .endsWith("Björk");
    }

    @Test
    void undecodableByteAtTheStartOfALine() throws IOException {
        Path file = Files.write(
                directory.resolve("x.csv"), concat("Name,Amount\r".getBytes(StandardCharsets.UTF_8), new byte[] {-1}));

        assertRefused(file, MAPPING, "2: the byte at offset 12 is not UTF-8. Pass --charset NAME");
    }

    @Test
    void characterCutOffAtTheEnd() throws IOException {
        byte[] whole = "Name,Amount\nAda,5\n\u20ac".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("x.csv"), Arrays.copyOf(whole, whole.length - 1));

        assertRefused(file, MAPPING, "3: the byte at offset 18 is not UTF-8. Pass --charset NAME");
    }

    @Test
    void utf16WithoutSayingSo() throws IOException {
        Path file = Files.write(directory.resolve("x.csv"), "Name,Amount\n".getBytes(StandardCharsets.UTF_16));

        assertRefused(file, MAPPING, "1: the byte at offset 0 is not UTF-8. Pass --charset NAME");
    }

    @Test
    void byteThatACharsetLeavesUndefined() throws IOException {
        Path file = Files.write(
                directory.resolve("x.csv"),
                concat("Name,Amount\n".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0x81}));

        assertRefused(
                file,
                MAPPING.charset(Charset.forName("windows-1252")),
                "2: the byte at offset 12 is not windows-1252. Pass --charset NAME");
    }

    private static byte[] concat(byte[] one, byte[] two) {
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);
        return both;
    }

    @Test
    void mappingIsChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CsvMapping.of(" ", "Name", "Amount", new Fixed("USD"), new Fixed("r")))
                .withMessage("source is blank");
        assertThatIllegalArgumentException().isThrownBy(() -> MAPPING.delimiter('"'));
        assertThatIllegalArgumentException().isThrownBy(() -> MAPPING.delimiter('\n'));
    }
}
