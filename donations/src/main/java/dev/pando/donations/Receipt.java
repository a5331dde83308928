package dev.pando.donations;

import org.joda.money.Money;

/// What became of a donation.
///
/// @param recorded whether this attempt recorded it; otherwise it was in the ledger already
/// @param sameContent whether what is in the ledger under this id is the same donation
public record Receipt(String donationId, Money zakat, boolean recorded, boolean sameContent)
        implements DonationRouter.Routed {}
