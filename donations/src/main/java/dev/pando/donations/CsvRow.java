package dev.pando.donations;

/// One row of a CSV file.
public sealed interface CsvRow {

    /// The number of the physical line on which the row starts; the first line of a file is 1.
    long line();

    /// A row that is a donation.
    record Parsed(long line, Donation donation) implements CsvRow {}

    /// A row that is not a donation, and why not. The reason is one line and does not name the donor.
    record Rejected(String file, long line, String reason) implements CsvRow {

        @Override
        public String toString() {
            return file + ":" + line + ": " + reason;
        }
    }
}
