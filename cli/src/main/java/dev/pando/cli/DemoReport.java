package dev.pando.cli;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/// What a run of the demonstration found.
///
/// @param in donations read from the input
/// @param recorded rows that the ledger did not have before, counted in the ledger
/// @param refusedDuplicates attempts that the ledger refused because it had the donation: imported earlier, or sent
///     again because the answer was lost with a node
/// @param rejected rows of the input that are no donations
/// @param lost donations of the input that are not in the ledger now
/// @param doubled donations that are in the ledger more than once
record DemoReport(
        long in,
        long recorded,
        long refusedDuplicates,
        long rejected,
        long lost,
        long doubled,
        List<Total> totals,
        Workers workers,
        List<OfNode> nodes,
        Optional<Kill> kill,
        double seconds,
        List<String> faults) {

    /// What the ledger holds of the input's source in one currency.
    record Total(String currency, long rows, BigDecimal amount, BigDecimal zakat) {}

    /// @param expected ids that should have a live worker
    /// @param missing of these, ids that have none
    /// @param doubled ids that have more than one
    record Workers(long expected, long missing, long doubled) {}

    record OfNode(
            String node, boolean killed, long workersBefore, long workersAfter, long rowsBefore, long rowsAfter) {}

    /// @param atDone donations done when the node was killed
    /// @param detectedMillis from the kill until this process noticed
    /// @param recoveredMillis from the kill until each child of the lost node ran again, as the survivors say
    record Kill(
            String node,
            boolean coordinator,
            long atDone,
            Optional<Long> detectedMillis,
            Optional<Long> recoveredMillis) {}

    boolean isSound() {
        return faults.isEmpty();
    }
}
