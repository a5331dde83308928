package dev.pando.donations;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.joda.money.Money;

/// A gift of money. Its id decides whether two donations are one: the ledger records an id once.
///
/// @param id not blank, one line, at most 200 characters
/// @param amount more than zero and below 10^15
/// @param region where it is processed, for example `eu-west`; not blank, one line, at most 100 characters
/// @param time when it was given, cut to microseconds (what the ledger keeps); [#TIME_UNKNOWN] if nobody said
public record Donation(String id, Donor donor, Money amount, String region, Instant time) {

    /// The time of a donation whose source does not tell it: the epoch. A fixed value, so that importing again
    /// changes nothing.
    public static final Instant TIME_UNKNOWN = Instant.EPOCH;

    static final int ID_LENGTH_MAX = 200;
    static final int REGION_LENGTH_MAX = 100;

    private static final BigDecimal AMOUNT_LIMIT = BigDecimal.TEN.pow(15);
    private static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant TIME_LIMIT = Instant.parse("+10000-01-01T00:00:00Z");

    public Donation {
        Text.requireLine("donation id", id, ID_LENGTH_MAX);
        Text.requireLine("region", region, REGION_LENGTH_MAX);
        if (!amount.isPositive()) {
            throw new IllegalArgumentException("amount must be more than zero");
        }
        if (amount.getAmount().compareTo(AMOUNT_LIMIT) >= 0) {
            throw new IllegalArgumentException("amount must be below 10^15");
        }
        if (time.isBefore(TIME_MIN) || !time.isBefore(TIME_LIMIT)) {
            throw new IllegalArgumentException("time must be in the years 1 to 9999");
        }
        time = time.truncatedTo(ChronoUnit.MICROS);
    }
}
