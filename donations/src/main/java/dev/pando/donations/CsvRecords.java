package dev.pando.donations;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldModifier;
import dev.pando.donations.PhysicalLines.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts lines into records and hands each to the CSV library, so that a broken record costs one line.
///
/// The resynchronisation rule: a record goes on to the next line as long as its number of quotes is odd, which is
/// exact for legal CSV. If that never becomes even (end of file, or the bounds below), or the library refuses the
/// result, then the record's first line is broken, and reading goes on with the line after it. So one stray quote
/// costs one row, while a legal quoted cell may span lines.
final class CsvRecords {

    private static final int LINES_MAX = 1_000;
    private static final char QUOTE = '"';

    private static final FieldModifier REFUSE_QUOTE_IN_UNQUOTED_CELL = new FieldModifier() {
        @Override
        public String modify(long line, int index, boolean quoted, String cell) {
            if (!quoted && cell.indexOf(QUOTE) >= 0) {
                throw new CsvParseException("quote in an unquoted cell");
            }
            return cell;
        }
    };

    sealed interface Item {}

    /// @param lastLine the line on which the record ends; the same as `line` unless a quoted cell spans lines
    record Cells(long line, long lastLine, List<String> cells) implements Item {}

    record Broken(long line, String reason) implements Item {}

    private final PhysicalLines lines;
    private final CsvReader.CsvReaderBuilder reader;

    CsvRecords(PhysicalLines lines, char delimiter) {
        this.lines = lines;
        reader = CsvReader.builder().fieldSeparator(delimiter).allowUnclosedQuote(false);
    }

    /// The next record, or nothing at the end of the file. Empty lines between records are passed over.
    Optional<Item> next() {
        Optional<Line> first = lines.next();
        while (first.isPresent() && first.get().text().isEmpty()) {
            first = lines.next();
        }
        return first.map(this::item);
    }

    private Item item(Line first) {
        if (first.cut()) {
            return new Broken(first.number(), "the line is longer than " + PhysicalLines.LENGTH_MAX + " characters");
        }
        List<Line> held = new ArrayList<>(List.of(first));
        var text = new StringBuilder(first.text());
        boolean open = hasOddQuotes(first.text());
        while (open && held.size() < LINES_MAX && text.length() < PhysicalLines.LENGTH_MAX) {
            Optional<Line> next = lines.next();
            if (next.isEmpty()) {
                break;
            }
            text.append(held.getLast().end()).append(next.get().text());
            held.add(next.get());
            open ^= hasOddQuotes(next.get().text());
        }
        if (open || held.getLast().cut()) {
            return broken(held, "broken quoting: a quote is never closed");
        }
        try {
            return new Cells(first.number(), held.getLast().number(), parse(text.toString()));
        } catch (CsvParseException _) {
            return broken(held, "broken quoting: a cell with a quote in it must be quoted, and the quote doubled");
        }
    }

    private Broken broken(List<Line> held, String reason) {
        lines.putBack(held.subList(1, held.size()));
        return new Broken(held.getFirst().number(), reason);
    }

    /// The cells of one record.
    ///
    /// @throws CsvParseException if its quoting is broken
    List<String> parse(String text) {
        return reader.ofSingleCsvRecord(strictCells(), text).getFields();
    }

    /// A handler serves one record only, says the library.
    private static CsvRecordHandler strictCells() {
        return CsvRecordHandler.of(
                cells -> cells.maxFields(PhysicalLines.LENGTH_MAX * 2).fieldModifier(REFUSE_QUOTE_IN_UNQUOTED_CELL));
    }

    private static boolean hasOddQuotes(String text) {
        return text.chars().filter(c -> c == QUOTE).count() % 2 == 1;
    }
}
