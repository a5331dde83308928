package dev.pando.cli;

import dev.pando.donations.CsvMapping;
import dev.pando.donations.Donation;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the donations of CSV files are to be read.
final class ImportOptions {

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "CSV file of donations; may be given several times. Default: a sample of 20,000.")
    List<Path> inputs = List.of();

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = {
                "Where the rows come from. Rows without an id get one from this name, their content",
                "and occurrence, so that importing them again records nothing new."
            })
    @Nullable
    String source;

    @Option(names = "--id", paramLabel = "COLUMN", description = "Column of the id. Default: none, see --source.")
    @Nullable
    String id;

    @Option(names = "--donor", paramLabel = "COLUMN", description = "Column of the donor's name. Default: donor.")
    String donor = "donor";

    @Option(names = "--amount", paramLabel = "COLUMN", description = "Column of the amount. Default: amount.")
    String amount = "amount";

    @Option(names = "--currency", paramLabel = "CODE", description = "Currency of all amounts, such as AUD.")
    @Nullable
    String currency;

    @Option(
            names = "--currency-column",
            paramLabel = "COLUMN",
            description = "Column of the currency. Default: currency, unless --currency is given.")
    @Nullable
    String currencyColumn;

    @Option(names = "--region", paramLabel = "NAME", description = "Region of all rows.")
    @Nullable
    String region;

    @Option(
            names = "--region-column",
            paramLabel = "COLUMN",
            description = "Column of the region. Default: region, unless --region is given.")
    @Nullable
    String regionColumn;

    @Option(names = "--time", paramLabel = "TIME", description = "Time of all rows, ISO 8601.")
    @Nullable
    String time;

    @Option(
            names = "--time-column",
            paramLabel = "COLUMN",
            description = "Column of the time, ISO 8601. Default: times are unknown.")
    @Nullable
    String timeColumn;

    @Option(names = "--delimiter", paramLabel = "CHAR", description = "Default: a comma.")
    char delimiter = ',';

    @Option(names = "--charset", paramLabel = "NAME", description = "Default: UTF-8.")
    String charset = StandardCharsets.UTF_8.name();

    String sourceName() {
        return source == null ? "sample" : source;
    }

    CsvMapping mapping() {
        if (source == null) {
            throw new UsageException("pass --source NAME: where the rows come from, the same name at each import");
        }
        CsvMapping.Value when = time == null && timeColumn == null
                ? new CsvMapping.Fixed(Donation.TIME_UNKNOWN.toString())
                : value("time", time, timeColumn);
        CsvMapping mapping;
        try {
            mapping = CsvMapping.of(
                            source,
                            donor,
                            amount,
                            value("currency", currency, currencyColumn),
                            value("region", region, regionColumn))
                    .time(when)
                    .delimiter(delimiter)
                    .charset(Charset.forName(charset));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new UsageException("--charset: " + charset + " is unknown here; try UTF-8 or windows-1252", e);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
        return id == null ? mapping : mapping.id(new CsvMapping.Column(id));
    }

    private static CsvMapping.Value value(String name, @Nullable String fixed, @Nullable String column) {
        if (fixed != null && column != null) {
            throw new UsageException("pass either --" + name + " or --" + name + "-column, not both");
        }
        return fixed != null ? new CsvMapping.Fixed(fixed) : new CsvMapping.Column(column == null ? name : column);
    }
}
