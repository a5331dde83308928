/// Donations: what is given, the zakat due on it, the ledger that keeps it, and the CSV files it is read from.
@NullMarked
package dev.pando.donations;

import org.jspecify.annotations.NullMarked;
