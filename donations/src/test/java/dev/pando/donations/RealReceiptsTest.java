package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pando.donations.CsvMapping.Fixed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real input, which lies beside a developer's clone and is not part of it.
class RealReceiptsTest {

    private static final String FILE = "../shared/data/australian-party-receipts-2017-18.csv";

    private static Path receipts() {
        Optional<Path> root = Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .filter(path -> Files.exists(path.resolve("mvnw")))
                .findFirst();
        Optional<Path> file = root.map(path -> path.resolve(FILE).normalize()).filter(Files::isReadable);
        assumeTrue(file.isPresent(), "no " + FILE + " beside the repository");
        return file.orElseThrow();
    }

    private static CsvMapping mapping(String amount) {
        return CsvMapping.of("aec-2017-18", "Name", amount, new Fixed("AUD"), new Fixed("au"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Value", "Value_num"})
    void everyReceiptIsADonation(String amount) {
        List<CsvRow> rows = CsvFiles.read(receipts(), mapping(amount));

        assertThat(CsvFiles.rejected(rows)).isEmpty();
        assertThat(rows).hasSize(615);
        assertThat(Money.total(
                        CsvFiles.donations(rows).stream().map(Donation::amount).toList()))
                .isEqualTo(Money.parse("AUD 20208587.00"));
        assertThat(CsvFiles.ids(rows)).doesNotHaveDuplicates();
    }

    @Test
    void eitherAmountColumnGivesTheSameDonations() {
        Path receipts = receipts();

        assertThat(CsvFiles.read(receipts, mapping("Value"))).isEqualTo(CsvFiles.read(receipts, mapping("Value_num")));
    }

    @Test
    void ledgerOfTheReceiptsAddsUp() {
        List<Donation> donations = CsvFiles.donations(CsvFiles.read(receipts(), mapping("Value")));
        try (var server = LedgerServer.inMemory();
                var ledger = Ledger.open(server.config())) {
            donations.forEach(donation -> ledger.record(Samples.entry(donation)));
            donations.forEach(donation -> ledger.record(Samples.entry(donation)));

            assertThat(ledger.report().totals()).singleElement().satisfies(total -> {
                assertThat(total.rows()).isEqualTo(615);
                assertThat(total.amount()).isEqualTo(Money.of(CurrencyUnit.AUD, 20_208_587));
            });
        }
    }
}
