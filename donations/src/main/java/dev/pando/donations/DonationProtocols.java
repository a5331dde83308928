package dev.pando.donations;

import dev.pando.core.Protocols;
import dev.pando.core.wire.ValueCodec;
import org.joda.money.Money;

/// What nodes of the donation application say to each other.
public final class DonationProtocols {

    /// For [dev.pando.core.Node#start].
    public static Protocols all() {
        return Protocols.of(DonationWorker.class, DonationRouter.class)
                .with(ValueCodec.of(Money.class, Money::toString, Money::parse));
    }

    private DonationProtocols() {}
}
