package dev.pando.cli;

import dev.pando.bench.Stage;
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
            super(Stage.LOCAL);
        }
    }

    /// What two nodes do.
    static final class Cluster extends BenchWorks {
        Cluster() {
            super(Stage.CLUSTER);
        }
    }

    /// What nodes with a registry do.
    static final class Registry extends BenchWorks {
        Registry() {
            super(Stage.REGISTRY);
        }
    }

    /// What nodes with a distributed supervisor do.
    static final class Failover extends BenchWorks {
        Failover() {
            super(Stage.FAILOVER);
        }
    }

    private final List<Work> works;

    private BenchWorks(Stage stage) {
        this.works = Work.all(stage);
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
