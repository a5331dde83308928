package dev.pando.donations;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Where the parts of a donation stand in a CSV file.
///
/// @param source the name of where the rows come from, part of the id of rows that have none: the same rows under
///     the same name are the same donations, whatever their file is called
/// @param id if a column, its cells are taken as they are, so no other source may use the same ids
/// @param donor a column name, as are the names below: exactly as in the file's first line
/// @param time ISO 8601, a date (midnight UTC) or a time with offset
public record CsvMapping(
        String source,
        Id id,
        String donor,
        String amount,
        Value currency,
        Value region,
        Value time,
        char delimiter,
        Charset charset) {

    /// Where a value comes from.
    public sealed interface Value permits Column, Fixed {}

    /// Where the id comes from.
    public sealed interface Id permits Column, RowContent {}

    /// The cell of the row in the column of that name.
    public record Column(String name) implements Value, Id {}

    /// The same value for each row.
    public record Fixed(String text) implements Value {}

    /// The source's name, a hash of the row's cells, and a count: 1 for the first such row of the file, 2 for the
    /// next.
    public record RowContent() implements Id {}

    public CsvMapping {
        Text.requireLine("source", source, Entry.SOURCE_LENGTH_MAX);
        if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
            throw new IllegalArgumentException("delimiter must not be a quote or a line break");
        }
    }

    /// UTF-8 with commas; ids by [RowContent], times unknown.
    public static CsvMapping of(String source, String donor, String amount, Value currency, Value region) {
        return new CsvMapping(
                source,
                new RowContent(),
                donor,
                amount,
                currency,
                region,
                new Fixed(Donation.TIME_UNKNOWN.toString()),
                ',',
                StandardCharsets.UTF_8);
    }

    public CsvMapping id(Id id) {
        return new CsvMapping(source, id, donor, amount, currency, region, time, delimiter, charset);
    }

    public CsvMapping time(Value time) {
        return new CsvMapping(source, id, donor, amount, currency, region, time, delimiter, charset);
    }

    public CsvMapping delimiter(char delimiter) {
        return new CsvMapping(source, id, donor, amount, currency, region, time, delimiter, charset);
    }

    public CsvMapping charset(Charset charset) {
        return new CsvMapping(source, id, donor, amount, currency, region, time, delimiter, charset);
    }
}
