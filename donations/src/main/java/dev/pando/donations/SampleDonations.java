package dev.pando.donations;

import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/// Made-up donations for demonstrations. The n-th is the same on every machine and in every run.
public final class SampleDonations {

    /// How many the demonstration uses when it is not told otherwise.
    public static final int COUNT = 20_000;

    private static final long SEED = 20_250_101;
    private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
    private static final int YEAR_SECONDS = 365 * 24 * 60 * 60;

    /// @param unit about a day's bread, in minor units, so that gifts in every currency look alike
    private record Currency(CurrencyUnit code, long unit) {

        static Currency of(String code, long unit) {
            return new Currency(CurrencyUnit.of(code), unit);
        }
    }

    private record Region(String name, List<Currency> currencies, List<String> given, List<String> family) {}

    private static final List<Region> REGIONS = List.of(
            new Region(
                    "us-east",
                    List.of(Currency.of("USD", 300), Currency.of("CAD", 400)),
                    List.of("Ada", "Grace", "José", "Aaliyah", "Zoë", "Noah"),
                    List.of("Lovelace", "Hopper", "Núñez", "O'Brien", "Smith-Jones", "Washington")),
            new Region(
                    "eu-west",
                    List.of(Currency.of("EUR", 300), Currency.of("GBP", 250)),
                    List.of("Łukasz", "Søren", "Ελένη", "Олена", "François", "Jürgen"),
                    List.of("Żółtowski", "Ångström", "Παπαδοπούλου", "Шевченко", "d’Arc", "Groß")),
            new Region(
                    "ap-southeast",
                    List.of(Currency.of("IDR", 1_500_000), Currency.of("JPY", 400), Currency.of("AUD", 450)),
                    List.of("Siti", "伟", "さくら", "민준", "Nguyễn", "สมชาย"),
                    List.of("Wijaya", "王", "佐藤", "김", "Ánh", "ใจดี")),
            new Region(
                    "me-central",
                    List.of(Currency.of("KWD", 900), Currency.of("AED", 1_100)),
                    List.of("فاطمة", "محمد", "שרה", "کوروش", "Ayşe", "Ömer"),
                    List.of("الخالد", "العتيبي", "לוי", "تهرانی", "Yılmaz", "Şahin")));

    private SampleDonations() {}

    /// The first donations of the sample; asking for more changes none of them.
    public static Stream<Donation> stream(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(SampleDonations::donation);
    }

    private static Donation donation(int number) {
        var random = new SplittableRandom(SEED + number);
        Region region = pick(REGIONS, random);
        Currency currency = pick(region.currencies(), random);
        String name = pick(region.given(), random) + " " + pick(region.family(), random);
        // Most gifts are small, and few are round.
        long minor = 1 + random.nextLong(currency.unit() << random.nextInt(10));
        Instant time = START.plusSeconds(random.nextInt(YEAR_SECONDS));
        return new Donation(
                "sample-%06d".formatted(number),
                new Donor(name),
                Money.ofMinor(currency.code(), minor),
                region.name(),
                time);
    }

    private static <T> T pick(List<T> list, SplittableRandom random) {
        return list.get(random.nextInt(list.size()));
    }
}
