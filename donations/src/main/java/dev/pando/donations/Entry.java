package dev.pando.donations;

import dev.pando.core.Token;
import org.joda.money.Money;

/// One row of the ledger: a donation, its zakat, and who processed it.
///
/// @param source the file or system the donation came from; what a report can be narrowed to
/// @param node the node that processed it
/// @param worker the pid of the worker, as text
/// @param token the worker's claim on the donation
public record Entry(Donation donation, Money zakat, String source, String node, String worker, Token token) {

    static final int SOURCE_LENGTH_MAX = 100;
    private static final int ORIGIN_LENGTH_MAX = 300;

    public Entry {
        if (!zakat.isSameCurrency(donation.amount()) || zakat.isNegative()) {
            throw new IllegalArgumentException("zakat must be zero or more, in the currency of the donation");
        }
        Text.requireLine("source", source, SOURCE_LENGTH_MAX);
        Text.requireLine("node", node, ORIGIN_LENGTH_MAX);
        Text.requireLine("worker", worker, ORIGIN_LENGTH_MAX);
        Text.requireLine("token", token.toString(), ORIGIN_LENGTH_MAX);
    }
}
