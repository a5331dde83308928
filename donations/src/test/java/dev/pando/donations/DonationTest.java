package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DonationTest {

    private static final Donor ADA = new Donor("Ada Lovelace");
    private static final Money ONE = Money.parse("USD 1.00");

    @Test
    void textOfADonationDoesNotNameItsDonor() {
        Entry entry = Samples.entry(Samples.donation("d-1", "USD 5.00"));

        assertThat(ADA).hasToString("Donor[…]");
        assertThat(entry.toString()).contains("d-1", "USD 5.00").doesNotContain("Ada", "Lovelace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u3000\t", "nul \0 inside", "half a pair \ud83d"})
    void donorNameIsTextThatCanBeStored(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Donor(name)).withMessageStartingWith("donor ");
    }

    @Test
    void donorNameHasABound() {
        assertThat(new Donor("x".repeat(1_000)).name()).hasSize(1_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Donor("x".repeat(1_001)))
                .withMessage("donor is longer than 1000 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "two\nlines", "bell\u0007", "c1 \u0085"})
    void idIsOneLineOfText(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Donation(id, ADA, ONE, "eu-west", Samples.TIME))
                .withMessageStartingWith("donation id ")
                .withMessageNotContaining("Ada");
    }

    @Test
    void idHasABound() {
        assertThat(new Donation("i".repeat(200), ADA, ONE, "eu-west", Samples.TIME).id())
                .hasSize(200);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Donation("i".repeat(201), ADA, ONE, "eu-west", Samples.TIME))
                .withMessage("donation id is longer than 200 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"USD 0.00", "USD -0.01", "USD 1000000000000000.00", "JPY 1000000000000000"})
    void amountIsMoreThanZeroAndFitsTheLedger(String amount) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Samples.donation("d-1", amount))
                .withMessageStartingWith("amount must be ")
                .withMessageNotContaining("Ada");
    }

    @Test
    void regionIsNotBlank() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Donation("d-1", ADA, ONE, " ", Samples.TIME))
                .withMessage("region is blank");
    }

    @Test
    void timeIsCutToWhatTheLedgerKeeps() {
        Donation donation = new Donation("d-1", ADA, ONE, "eu-west", Instant.parse("2025-01-01T00:00:00.123456789Z"));

        assertThat(donation.time()).isEqualTo("2025-01-01T00:00:00.123456Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000-12-31T23:59:59Z", "+10000-01-01T00:00:00Z"})
    void timeIsOneThatEveryDatabaseKnows(String time) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Donation("d-1", ADA, ONE, "eu-west", Instant.parse(time)))
                .withMessage("time must be in the years 1 to 9999");
    }

    @Test
    void zakatOfAnEntryIsInItsCurrency() {
        Donation donation = Samples.donation("d-1", "USD 5.00");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Entry(donation, Money.parse("EUR 0.12"), "test", "alpha", "1", Samples.token(1)))
                .withMessage("zakat must be zero or more, in the currency of the donation");
    }
}
