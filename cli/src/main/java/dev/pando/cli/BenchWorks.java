package dev.pando.cli;

import dev.pando.bench.Work;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The names of works on the command line.
abstract sealed class BenchWorks implements ITypeConverter<Work>, Iterable<String> {

    /// What one node does.
    static final class Local extends BenchWorks {
        Local() {
            super(Work.all(false));
        }
    }

    /// What two nodes do.
    static final class Cluster extends BenchWorks {
        Cluster() {
            super(Work.all(true));
        }
    }

    private final List<Work> works;

    private BenchWorks(List<Work> works) {
        this.works = works;
    }

    @Override
    public Work convert(String name) {
        return works.stream()
                .filter(work -> work.id().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of " + works));
    }

    /// For the help.
    @Override
    public Iterator<String> iterator() {
        return works.stream().map(Work::id).iterator();
    }
}
