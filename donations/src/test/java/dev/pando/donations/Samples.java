package dev.pando.donations;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import java.time.Instant;
import org.joda.money.Money;

/// Values that tests share.
final class Samples {

    static final Instant TIME = Instant.parse("2025-03-01T10:15:30.123456Z");

    private Samples() {}

    static Donation donation(String id, String amount) {
        return new Donation(id, new Donor("Ada Lovelace"), Money.parse(amount), "eu-west", TIME);
    }

    static Entry entry(Donation donation) {
        return entry(donation, "alpha");
    }

    static Entry entry(Donation donation, String node) {
        return entry(donation, node, token(1));
    }

    static Entry entry(Donation donation, String node, Token token) {
        return new Entry(donation, Zakat.of(donation.amount()), "test", node, "<alpha.1.7>", token);
    }

    static Token token(long stamp) {
        return new Token(stamp, NodeName.of("alpha"), 1);
    }
}
