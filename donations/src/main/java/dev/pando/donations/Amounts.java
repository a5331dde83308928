package dev.pando.donations;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/// Reads amounts as people and statistics programs write them, and refuses whatever could mean something else.
///
/// A number is digits, or digits grouped in threes by commas; then perhaps a point and decimals; then perhaps an
/// exponent of one or two digits: `20000`, `1,234.50`, `1e+05`. The currency's code or sign may stand before it,
/// after it, or both. There is no minus, a comma is never a decimal comma, and more decimals than the currency
/// has are an error, not something to round.
final class Amounts {

    private static final int LENGTH_MAX = 60;
    private static final String SPACE = "[\\s\\u00a0\\u202f]*";
    private static final String MARK = "[A-Za-z\\p{Sc}]*";
    private static final String NUMBER = "(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?";
    private static final Pattern AMOUNT = Pattern.compile(SPACE + "(?<before>" + MARK + ")" + SPACE + "(?<number>"
            + NUMBER + ")" + SPACE + "(?<after>" + MARK + ")" + SPACE);

    private static final Map<String, CurrencyUnit> CURRENCIES = CurrencyUnit.registeredCurrencies().stream()
            .filter(currency -> !currency.isPseudoCurrency())
            .collect(Collectors.toUnmodifiableMap(CurrencyUnit::getCode, currency -> currency));

    private static final Map<String, Set<String>> CURRENCIES_BY_SIGN = Map.ofEntries(
            Map.entry(
                    "$",
                    Set.of(
                            "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "FJD", "GYD", "HKD",
                            "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "USD", "UYU",
                            "XCD")),
            Map.entry("US$", Set.of("USD")),
            Map.entry("A$", Set.of("AUD")),
            Map.entry("C$", Set.of("CAD")),
            Map.entry("NZ$", Set.of("NZD")),
            Map.entry("S$", Set.of("SGD")),
            Map.entry("HK$", Set.of("HKD")),
            Map.entry("€", Set.of("EUR")),
            Map.entry("£", Set.of("EGP", "FKP", "GBP", "GIP", "SHP")),
            Map.entry("¥", Set.of("CNY", "JPY")),
            Map.entry("₹", Set.of("INR")),
            Map.entry("₩", Set.of("KRW")),
            Map.entry("₺", Set.of("TRY")),
            Map.entry("₦", Set.of("NGN")),
            Map.entry("₱", Set.of("PHP")),
            Map.entry("฿", Set.of("THB")),
            Map.entry("₫", Set.of("VND")),
            Map.entry("₪", Set.of("ILS")),
            Map.entry("₴", Set.of("UAH")),
            Map.entry("₽", Set.of("RUB")),
            Map.entry("Rp", Set.of("IDR")),
            Map.entry("RM", Set.of("MYR")));

    private Amounts() {}

    /// The amount, which may still be zero.
    ///
    /// @throws IllegalArgumentException if the text is anything but an amount of this currency
    static Money parse(String text, CurrencyUnit currency) {
        Matcher amount = AMOUNT.matcher(text);
        if (text.length() > LENGTH_MAX || !amount.matches()) {
            throw new IllegalArgumentException(
                    "amount" + shown(text) + " is not a plain positive number such as 1234.50, 1,234.50 or 1e+05");
        }
        requireMark(amount.group("before"), currency);
        requireMark(amount.group("after"), currency);
        BigDecimal number = new BigDecimal(amount.group("number").replace(",", ""));
        if (number.scale() > currency.getDecimalPlaces()) {
            throw new IllegalArgumentException("amount" + shown(text) + " has more decimals than " + currency.getCode()
                    + ", which has " + currency.getDecimalPlaces());
        }
        return Money.of(currency, number);
    }

    /// A currency by its ISO 4217 code in either case; not gold, test codes and the like.
    static CurrencyUnit currency(String text) {
        String code = text.strip();
        if (!code.matches("[A-Za-z]{3}")) {
            throw new IllegalArgumentException("currency is not a three-letter ISO 4217 code");
        }
        CurrencyUnit currency = CURRENCIES.get(code.toUpperCase(Locale.ROOT));
        if (currency == null) {
            throw new IllegalArgumentException("currency " + code + " is not known");
        }
        return currency;
    }

    private static void requireMark(String mark, CurrencyUnit currency) {
        boolean fits = mark.isEmpty()
                || mark.equals(currency.getCode())
                || CURRENCIES_BY_SIGN.getOrDefault(mark, Set.of()).contains(currency.getCode());
        if (!fits) {
            throw new IllegalArgumentException("amount has a mark that does not stand for " + currency.getCode());
        }
    }

    /// Repeats a text only if it fits on a line and is no name: the wrong column may have been taken for the amount.
    private static String shown(String text) {
        String cell = text.strip();
        boolean harmless = !cell.isEmpty()
                && cell.length() <= LENGTH_MAX
                && cell.codePoints().noneMatch(c -> Character.isISOControl(c) || isOfAWord(c));
        return harmless ? " '" + cell + "'" : "";
    }

    private static boolean isOfAWord(int c) {
        return Character.isLetter(c) && c != 'e' && c != 'E';
    }
}
