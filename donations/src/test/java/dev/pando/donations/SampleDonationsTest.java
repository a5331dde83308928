package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleDonationsTest {

    /// Pinned, so that it is the same on every machine and release.
    @Test
    void sampleNeverChanges() throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        SampleDonations.stream(SampleDonations.COUNT)
                .forEach(donation -> sha256.update((donation.id()
                                + donation.donor().name()
                                + donation.amount()
                                + donation.region()
                                + donation.time())
                        .getBytes(StandardCharsets.UTF_8)));

        assertThat(HexFormat.of().formatHex(sha256.digest()))
                .isEqualTo("b100cb18e3b039e89afb2e4f2e1b650ce9337646ac032950ed7ef5ab5b95cc2f");
    }

    @Test
    void longerSampleStartsLikeAShorterOne() {
        assertThat(SampleDonations.stream(500).limit(100))
                .containsExactlyElementsOf(SampleDonations.stream(100).toList());
    }

    @Test
    void idsAreDistinct() {
        assertThat(SampleDonations.stream(SampleDonations.COUNT)
                        .map(Donation::id)
                        .distinct())
                .hasSize(20_000);
    }

    @Test
    void sampleSpreadsOverRegionsAndCurrencies() {
        List<Donation> sample = SampleDonations.stream(SampleDonations.COUNT).toList();

        Map<String, Long> regions =
                sample.stream().collect(Collectors.groupingBy(Donation::region, Collectors.counting()));
        Map<String, Long> currencies = sample.stream()
                .collect(Collectors.groupingBy(
                        donation -> donation.amount().getCurrencyUnit().getCode(), Collectors.counting()));

        assertThat(regions)
                .hasSize(4)
                .allSatisfy((_, count) -> assertThat(count).isGreaterThan(4_000));
        assertThat(currencies)
                .containsKeys("USD", "EUR", "GBP", "JPY", "KWD", "IDR", "AUD")
                .allSatisfy((_, count) -> assertThat(count).isGreaterThan(1_000));
    }

    @Test
    void emptySampleIsEmpty() {
        assertThat(SampleDonations.stream(0)).isEmpty();
    }
}
