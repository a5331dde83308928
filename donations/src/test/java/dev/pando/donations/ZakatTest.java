package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;

import org.joda.money.Money;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZakatTest {

    @ParameterizedTest
    @CsvSource({"USD 1000.00, USD 25.00", "JPY 10000, JPY 250", "KWD 1.000, KWD 0.025", "USD 33.33, USD 0.83"})
    void isTwoAndAHalfPercent(String amount, String zakat) {
        assertThat(Zakat.of(Money.parse(amount))).isEqualTo(Money.parse(zakat));
    }

    /// The exact zakat of these ends in half a minor unit: to the even neighbour, down for the first of each pair.
    @ParameterizedTest
    @CsvSource({
        "USD 0.20, USD 0.00",
        "USD 0.60, USD 0.02",
        "USD 1.00, USD 0.02",
        "USD 1.40, USD 0.04",
        "JPY 20, JPY 0",
        "JPY 60, JPY 2",
        "KWD 0.020, KWD 0.000",
        "KWD 0.060, KWD 0.002",
        "BHD 0.100, BHD 0.002",
        "BHD 0.140, BHD 0.004"
    })
    void tiesGoToTheEvenMinorUnit(String amount, String zakat) {
        assertThat(Zakat.of(Money.parse(amount))).isEqualTo(Money.parse(zakat));
    }

    @ParameterizedTest
    @CsvSource({
        "USD 0.01, USD 0.00",
        "USD 0.19, USD 0.00",
        "USD 0.21, USD 0.01",
        "JPY 1, JPY 0",
        "JPY 21, JPY 1",
        "KWD 0.001, KWD 0.000",
        "KWD 0.021, KWD 0.001"
    })
    void tinyAmountsRoundToTheNearestMinorUnit(String amount, String zakat) {
        assertThat(Zakat.of(Money.parse(amount))).isEqualTo(Money.parse(zakat));
    }

    @ParameterizedTest
    @CsvSource({"USD 999999999999999.99, USD 25000000000000.00", "IDR 999999999999999.00, IDR 24999999999999.98"})
    void largestAmountsLoseNothing(String amount, String zakat) {
        assertThat(Zakat.of(Money.parse(amount))).isEqualTo(Money.parse(zakat));
    }
}
