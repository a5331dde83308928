package dev.pando.donations;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.joda.money.Money;

/// What a ledger holds at one moment.
///
/// @param totals one per currency, in the order of its code
/// @param rowsByNode how many rows each node recorded
/// @param doubled ids with more than one row, at most 1,000 of them; counted, not concluded from the table's key
public record LedgerReport(long rows, List<Total> totals, SortedMap<String, Long> rowsByNode, List<String> doubled) {

    public LedgerReport {
        totals = List.copyOf(totals);
        rowsByNode = Collections.unmodifiableSortedMap(new TreeMap<>(rowsByNode));
        doubled = List.copyOf(doubled);
    }

    /// The sums of one currency.
    public record Total(long rows, Money amount, Money zakat) {}

    static LedgerReport of(List<Total> totals, Map<String, Long> rowsByNode, List<String> doubled) {
        long rows = totals.stream().mapToLong(Total::rows).sum();
        return new LedgerReport(rows, totals, new TreeMap<>(rowsByNode), doubled);
    }
}
