package dev.pando.donations;

import dev.pando.donations.CsvMapping.Column;
import dev.pando.donations.CsvMapping.Fixed;
import dev.pando.donations.CsvMapping.RowContent;
import dev.pando.donations.CsvMapping.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.joda.money.CurrencyUnit;

/// Makes donations of rows: the mapping, resolved against the header of a file.
final class RowReader {

    private static final int HEADER_SHOWN_MAX = 500;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendOffsetId()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final String file;
    private final List<String> header;
    private final Function<List<String>, String> id;
    private final Function<List<String>, String> donor;
    private final Function<List<String>, String> amount;
    private final Function<List<String>, CurrencyUnit> currency;
    private final Function<List<String>, String> region;
    private final Function<List<String>, Instant> time;

    /// @throws IllegalArgumentException if the header lacks a column, or a fixed value is none
    RowReader(String file, List<String> header, CsvMapping mapping) {
        this.file = file;
        this.header = header.stream().map(String::strip).toList();
        id = id(mapping.id(), mapping.source());
        donor = cell(mapping.donor(), "--donor");
        amount = cell(mapping.amount(), "--amount");
        currency = value(mapping.currency(), "--currency", Amounts::currency);
        region = value(mapping.region(), "--region", RowReader::region);
        time = value(mapping.time(), "--time", RowReader::time);
    }

    int columns() {
        return header.size();
    }

    /// The id of a row. If ids come from the content, each call counts as one row of the file.
    String id(List<String> cells) {
        return id.apply(cells);
    }

    /// The donation of a row.
    ///
    /// @throws IllegalArgumentException if a cell is not what its column promises
    Donation donation(String id, List<String> cells) {
        return new Donation(
                id,
                new Donor(donor.apply(cells)),
                Amounts.parse(amount.apply(cells), currency.apply(cells)),
                region.apply(cells),
                time.apply(cells));
    }

    private Function<List<String>, String> id(CsvMapping.Id from, String source) {
        return switch (from) {
            case Column(String name) -> cell(name, "--id").andThen(String::strip);
            case RowContent() -> new RowIds(source)::next;
        };
    }

    private <T> Function<List<String>, T> value(Value from, String option, Function<String, T> parse) {
        return switch (from) {
            case Column(String name) -> cell(name, option + "-column").andThen(parse);
            case Fixed(String text) -> {
                T fixed = fixed(text, option, parse);
                yield _ -> fixed;
            }
        };
    }

    private <T> T fixed(String text, String option, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage() + ". Pass another " + option, e);
        }
    }

    private Function<List<String>, String> cell(String column, String option) {
        int[] places = IntStream.range(0, header.size())
                .filter(i -> header.get(i).equals(column))
                .toArray();
        if (places.length != 1) {
            String problem = places.length == 0 ? ": no column '" : ": more than one column '";
            String delimiter =
                    header.size() == 1 ? ", or --delimiter if its columns are divided by another character" : "";
            throw new IllegalArgumentException(file + problem + column + "'; it has: " + shownHeader() + ". Pass "
                    + option + " COLUMN" + delimiter);
        }
        return cells -> cells.get(places[0]);
    }

    private String shownHeader() {
        String names = String.join(", ", header).replaceAll("\\p{Cntrl}", " ");
        return names.length() <= HEADER_SHOWN_MAX ? names : names.substring(0, HEADER_SHOWN_MAX) + "…";
    }

    private static String region(String text) {
        return Text.requireLine("region", text.strip(), Donation.REGION_LENGTH_MAX);
    }

    private static Instant time(String text) {
        try {
            return switch (TIME.parseBest(text.strip(), OffsetDateTime::from, LocalDate::from)) {
                case OffsetDateTime time -> time.toInstant();
                case LocalDate date -> date.atStartOfDay(ZoneOffset.UTC).toInstant();
                default -> throw new AssertionError("parseBest answers one of the types it was asked for");
            };
        } catch (DateTimeException _) {
            throw new IllegalArgumentException(
                    "time is neither a date such as 2025-01-31 nor a time with offset such as 2025-01-31T10:00:00Z");
        }
    }
}
