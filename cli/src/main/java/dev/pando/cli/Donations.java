package dev.pando.cli;

import dev.pando.donations.CsvRow;
import dev.pando.donations.Donation;
import dev.pando.donations.DonationCsv;
import dev.pando.donations.SampleDonations;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The donations of all inputs, one after the other, and what was seen on the way. Not thread-safe; what was seen
/// is read when all donations have been taken.
final class Donations implements Iterator<Donation>, AutoCloseable {

    private final Iterator<CsvRow> rows;
    private final List<DonationCsv> files;
    private final Consumer<CsvRow.Rejected> rejects;
    private final Set<String> ids = new LinkedHashSet<>();
    private long in;
    private long rejected;
    private @Nullable Donation next;

    private Donations(Iterator<CsvRow> rows, List<DonationCsv> files, Consumer<CsvRow.Rejected> rejects) {
        this.rows = rows;
        this.files = files;
        this.rejects = rejects;
    }

    static Donations sample(int count) {
        Iterator<Donation> donations = SampleDonations.stream(count).iterator();
        Iterator<CsvRow> rows = new Iterator<>() {
            private long line;

            @Override
            public boolean hasNext() {
                return donations.hasNext();
            }

            @Override
            public CsvRow next() {
                return new CsvRow.Parsed(++line, donations.next());
            }
        };
        return new Donations(rows, List.of(), _ -> {});
    }

    /// Opens all files at once, so that one that cannot be used is known before anything is started.
    static Donations ofFiles(ImportOptions options, Consumer<CsvRow.Rejected> rejects) {
        List<DonationCsv> files = new ArrayList<>();
        try {
            for (Path input : options.inputs) {
                files.add(DonationCsv.open(input, options.mapping()));
            }
        } catch (IllegalArgumentException e) {
            files.forEach(DonationCsv::close);
            throw new UsageException(e);
        }
        return new Donations(new Chained(files.iterator()), files, rejects);
    }

    /// How many donations; more than there are ids where an input has an id twice.
    long in() {
        return in;
    }

    long rejected() {
        return rejected;
    }

    Set<String> ids() {
        return ids;
    }

    @Override
    public boolean hasNext() {
        while (next == null && rows.hasNext()) {
            switch (rows.next()) {
                case CsvRow.Parsed(long _, Donation donation) -> {
                    next = donation;
                    in++;
                    ids.add(donation.id());
                }
                case CsvRow.Rejected reject -> {
                    rejected++;
                    rejects.accept(reject);
                }
            }
        }
        return next != null;
    }

    @Override
    public Donation next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        Donation donation = next;
        next = null;
        return donation;
    }

    @Override
    public void close() {
        files.forEach(DonationCsv::close);
    }

    private static final class Chained implements Iterator<CsvRow> {
        private final Iterator<DonationCsv> files;
        private @Nullable Iterator<CsvRow> current;

        Chained(Iterator<DonationCsv> files) {
            this.files = files;
        }

        @Override
        public boolean hasNext() {
            while ((current == null || !current.hasNext()) && files.hasNext()) {
                current = files.next().iterator();
            }
            return current != null && current.hasNext();
        }

        @Override
        public CsvRow next() {
            if (!hasNext() || current == null) {
                throw new NoSuchElementException();
            }
            return current.next();
        }
    }
}
