package dev.pando.donations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "20000|AUD 20000.00",
                "$20,000|AUD 20000.00",
                "1e+05|AUD 100000.00",
                "2E5|AUD 200000.00",
                "1.5e3|AUD 1500.00",
                "12.345e2|AUD 1234.50",
                "150e-2|AUD 1.50",
                "1,234.50|AUD 1234.50",
                "1,234,567|AUD 1234567.00",
                " 5 |AUD 5.00",
                "\u00a05\u202f|AUD 5.00",
                "0005|AUD 5.00",
                "5.1|AUD 5.10",
                "A$7|AUD 7.00",
                "$ 20,000 AUD|AUD 20000.00",
                "AUD 20|AUD 20.00",
                "€ 12.50|EUR 12.50",
                "€\u00a012.50|EUR 12.50",
                "12.50 €|EUR 12.50",
                "£0.01|GBP 0.01",
                "¥500|JPY 500",
                "¥500|CNY 500.00",
                "Rp 1,500,000|IDR 1500000.00",
                "1.234|KWD 1.234",
                "1e1|JPY 10",
                "0|USD 0.00",
                "1e99|USD 1e99"
            })
    void plainAmountsAreRead(String text, String amount) {
        CurrencyUnit currency = CurrencyUnit.of(amount.substring(0, 3));

        assertThat(Amounts.parse(text, currency)).isEqualTo(Money.of(currency, new BigDecimal(amount.substring(4))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "12,50",
                "1.234,50",
                "1,2345",
                "12,34,567",
                ",5",
                "1,",
                "1,,000",
                "-5",
                "\u22125",
                "-$5",
                "(5)",
                "+5",
                ".5",
                "5.",
                "1.2.3",
                "NaN",
                "Infinity",
                "0x10",
                "1e400",
                "1e+005",
                "1 000",
                "1_000",
                "1'000",
                "5%",
                "$",
                "\u0665",
                "five",
                "null",
                "1\n2"
            })
    void whateverCouldMeanSomethingElseIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.parse(text, CurrencyUnit.AUD))
                .withMessageEndingWith(" is not a plain positive number such as 1234.50, 1,234.50 or 1e+05")
                .withMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"0.001, USD", "20.000, USD", "1.0, JPY", "10.00, JPY", "0.0001, KWD", "1e-3, USD", "1.2345e1, USD"})
    void moreDecimalsThanTheCurrencyHasAreRefusedNotRounded(String text, String currency) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.parse(text, CurrencyUnit.of(currency)))
                .withMessageContaining(" has more decimals than " + currency);
    }

    @ParameterizedTest
    @CsvSource({
        "€5, USD",
        "$5, EUR",
        "5 EUR, USD",
        "$5 EUR, USD",
        "US$5, AUD",
        "kr 5, SEK",
        "1e, USD",
        "usd 5, USD",
        "£5, JPY"
    })
    void markOfAnotherCurrencyIsRefused(String text, String currency) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.parse(text, CurrencyUnit.of(currency)))
                .withMessage("amount has a mark that does not stand for " + currency);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ada Lovelace", "王 5", "O'Brien, 12", "e"})
    void nameInTheWrongColumnIsNotRepeated(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.parse(text, CurrencyUnit.USD))
                .withMessageNotContainingAny("Ada", "王", "Brien");
    }

    @ParameterizedTest
    @ValueSource(ints = {61, 10_000, 1_000_000})
    void lengthIsBoundedBeforeAnythingIsRead(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.parse("1".repeat(length), CurrencyUnit.USD))
                .withMessageStartingWith("amount is not a plain positive number");
    }

    @ParameterizedTest
    @CsvSource({"AUD, AUD", "' aud ', AUD", "Kwd, KWD"})
    void currencyIsItsIsoCode(String text, String code) {
        assertThat(Amounts.currency(text)).isEqualTo(CurrencyUnit.of(code));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ZZZ", "XXX", "XTS", "XAU", "Euro", "€", "US", "036", "ÜSD"})
    void unknownOrUnspendableCurrencyIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Amounts.currency(text))
                .withMessageStartingWith("currency ");
    }
}
