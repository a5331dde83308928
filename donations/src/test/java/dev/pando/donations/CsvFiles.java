package dev.pando.donations;

import dev.pando.donations.CsvMapping.Fixed;
import dev.pando.donations.CsvRow.Parsed;
import dev.pando.donations.CsvRow.Rejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reading of CSV files as tests want it: all rows at once.
final class CsvFiles {

    static final CsvMapping MAPPING = CsvMapping.of("test", "Name", "Amount", new Fixed("USD"), new Fixed("eu-west"));

    private CsvFiles() {}

    static List<CsvRow> read(Path file, CsvMapping mapping) {
        List<CsvRow> rows = new ArrayList<>();
        try (var csv = DonationCsv.open(file, mapping)) {
            csv.forEach(rows::add);
        }
        return rows;
    }

    static List<CsvRow> read(Path directory, String content, CsvMapping mapping) {
        try {
            return read(Files.writeString(directory.resolve("donations.csv"), content, mapping.charset()), mapping);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Donation> donations(List<CsvRow> rows) {
        return rows.stream()
                .filter(Parsed.class::isInstance)
                .map(row -> ((Parsed) row).donation())
                .toList();
    }

    static List<String> names(List<CsvRow> rows) {
        return donations(rows).stream().map(donation -> donation.donor().name()).toList();
    }

    static List<String> ids(List<CsvRow> rows) {
        return donations(rows).stream().map(Donation::id).toList();
    }

    static List<Rejected> rejected(List<CsvRow> rows) {
        return rows.stream()
                .filter(Rejected.class::isInstance)
                .map(Rejected.class::cast)
                .toList();
    }
}
