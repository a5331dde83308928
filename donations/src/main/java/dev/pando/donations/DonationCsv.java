package dev.pando.donations;

import de.siegmar.fastcsv.reader.CsvParseException;
import dev.pando.donations.CsvRecords.Broken;
import dev.pando.donations.CsvRecords.Cells;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A CSV file of donations, read row by row in constant memory but for about 20 bytes for each distinct row
/// without an id of its own. A bad row is an item like any other. A bad file ends the reading with an
/// [IllegalArgumentException] whose message is one line and names what to pass, in the words of the command line.
///
/// Not thread-safe, and read once.
public final class DonationCsv implements Iterable<CsvRow>, AutoCloseable {

    private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

    private final String file;
    private final PhysicalLines lines;
    private final CsvRecords records;
    private final RowReader reader;
    private boolean started;

    private DonationCsv(String file, PhysicalLines lines, CsvRecords records, RowReader reader) {
        this.file = file;
        this.lines = lines;
        this.records = records;
        this.reader = reader;
    }

    /// Opens a file and reads its header.
    ///
    /// @throws IllegalArgumentException if it cannot be read or lacks a column of the mapping
    public static DonationCsv open(Path path, CsvMapping mapping) {
        String file = path.toString();
        var lines = new PhysicalLines(file, input(path), mapping.charset());
        try {
            var records = new CsvRecords(lines, mapping.delimiter());
            return new DonationCsv(file, lines, records, new RowReader(file, header(file, records), mapping));
        } catch (RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private static InputStream input(Path file) {
        if (Files.isDirectory(file)) {
            throw new IllegalArgumentException(file + ": is a directory. Pass a CSV file");
        }
        try {
            return Files.newInputStream(file);
        } catch (NoSuchFileException _) {
            throw new IllegalArgumentException(file + ": no such file. Pass the path of a CSV file");
        } catch (AccessDeniedException _) {
            throw new IllegalArgumentException(file + ": permission denied. Pass a CSV file that you may read");
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be opened: " + e.getMessage(), e);
        }
    }

    private static List<String> header(String file, CsvRecords records) {
        Optional<CsvRecords.Item> first = records.next();
        if (first.isEmpty()) {
            throw new IllegalArgumentException(file + ": is empty. Pass a file whose first line names its columns");
        }
        return switch (first.get()) {
            case Cells cells -> cells.cells();
            case Broken(long line, String reason) ->
                throw new IllegalArgumentException(
                        file + ":" + line + ": " + reason + ". Pass a file whose first line names its columns");
        };
    }

    /// The rows, in the order of the file, each read when it is asked for.
    ///
    /// @throws IllegalStateException if called a second time
    @Override
    public Iterator<CsvRow> iterator() {
        if (started) {
            throw new IllegalStateException("a CSV file is read once: open it again");
        }
        started = true;
        return Stream.generate(records::next)
                .takeWhile(Optional::isPresent)
                .map(item -> row(item.orElseThrow()))
                .iterator();
    }

    private CsvRow row(CsvRecords.Item item) {
        return switch (item) {
            case Broken(long line, String reason) -> new CsvRow.Rejected(file, line, reason);
            case Cells cells -> row(cells);
        };
    }

    private CsvRow row(Cells row) {
        List<String> cells = row.cells();
        if (cells.size() != reader.columns()) {
            return rejected(row, cells.size() + " cells where the header has " + reader.columns());
        }
        if (row.lastLine() > row.line() && cells.stream().anyMatch(this::holdsRow)) {
            return rejected(row, "broken quoting: a quoted cell holds whole rows");
        }
        try {
            return new CsvRow.Parsed(row.line(), reader.donation(reader.id(cells), cells));
        } catch (IllegalArgumentException e) {
            return rejected(row, String.valueOf(e.getMessage()));
        }
    }

    private CsvRow rejected(Cells row, String reason) {
        String extent = row.lastLine() > row.line() ? " (the row ends on line " + row.lastLine() + ")" : "";
        return new CsvRow.Rejected(file, row.line(), reason + extent);
    }

    /// Two stray quotes some rows apart look like one legal cell. If a line between them is a donation by itself,
    /// the rows must not vanish silently, nor be recorded on a guess: someone may have typed them into that cell.
    private boolean holdsRow(String cell) {
        String[] parts = LINE_END.split(cell, -1);
        return parts.length > 2 && Arrays.stream(parts, 1, parts.length - 1).anyMatch(this::isDonation);
    }

    private boolean isDonation(String line) {
        try {
            List<String> cells = records.parse(line);
            if (cells.size() != reader.columns()) {
                return false;
            }
            // The id plays no part here, and asking for it would count the line as a row.
            reader.donation("a line", cells);
            return true;
        } catch (CsvParseException | IllegalArgumentException _) {
            return false;
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
