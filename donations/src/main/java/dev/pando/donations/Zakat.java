package dev.pando.donations;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.joda.money.Money;

/// The share of a donation due as zakat: 2.5 %.
public final class Zakat {

    private static final BigDecimal RATE = new BigDecimal("0.025");

    private Zakat() {}

    /// The zakat on an amount, rounded half-even to the minor unit of its currency.
    public static Money of(Money amount) {
        return amount.multipliedBy(RATE, RoundingMode.HALF_EVEN);
    }
}
