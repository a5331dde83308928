package dev.pando.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One node beside its peers. Each work is measured in a virtual machine of its own for each contender, one after the
/// other, and all of it again in the next round, so that a noisy minute of the computer spoils one round of all.
public final class LocalBench {

    private final LocalSettings settings;
    private final Optional<Beam> beam;
    private final Consumer<String> progress;
    private final Map<Column, String> about = new EnumMap<>(Column.class);
    private final Tally tally = new Tally();
    private final List<String> leftOut = new ArrayList<>();

    private LocalBench(LocalSettings settings, Optional<Beam> beam, Consumer<String> progress) {
        this.settings = settings;
        this.beam = beam;
        this.progress = progress;
    }

    /// Takes minutes; says on the way what it is at.
    ///
    /// @throws IllegalStateException when Pando fails, or the outcome of its work is wrong; where a peer does, its
    /// figures of that round are left out
    public static Report run(LocalSettings settings, Consumer<String> progress)
            throws IOException, InterruptedException {
        warnOfLoad(progress);
        Optional<Beam> beam = Beam.compile();
        if (beam.isEmpty()) {
            progress.accept("no erlc on the PATH: the BEAM is left out");
        }
        return new LocalBench(settings, beam, progress).run();
    }

    private static void warnOfLoad(Consumer<String> progress) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        double load = system.getSystemLoadAverage();
        if (load > system.getAvailableProcessors() / 2.0) {
            progress.accept(String.format(
                    Locale.ROOT,
                    "the load average is %.1f on %d processors: other work will show in the figures",
                    load,
                    system.getAvailableProcessors()));
        }
    }

    private Report run() throws IOException {
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Work work : settings.works()) {
                for (Contender contender : Contender.at(work)) {
                    Optional<List<String>> command = command(contender, new Order(work, settings.effort()));
                    if (command.isPresent()) {
                        measure(round, work, contender, command.get());
                    }
                }
            }
        }
        return new Report(Runtime.getRuntime().availableProcessors(), settings.rounds(), about, tally.lines(), leftOut);
    }

    /// Empty when this computer lacks the contender.
    private Optional<List<String>> command(Contender contender, Order order) {
        return contender == Contender.BEAM
                ? beam.map(erlang -> erlang.command(order, settings.parallelism()))
                : Optional.of(Jvm.command(contender, order, settings.parallelism()));
    }

    private void measure(int round, Work work, Contender contender, List<String> command) throws IOException {
        String what = "round %d of %d, %s, %s".formatted(round, settings.rounds(), work.id(), contender.title());
        Findings findings;
        try {
            findings = MeasuredProcess.run(command);
        } catch (IllegalArgumentException | IllegalStateException e) {
            String failure = what + ": " + e.getMessage();
            if (contender.column() == Column.PANDO) {
                throw new IllegalStateException(failure, e);
            }
            leftOut.add(failure);
            progress.accept(failure + "; left out");
            return;
        }
        about.put(contender.column(), findings.about());
        for (Sample sample : findings.samples()) {
            tally.add(contender, sample);
            Unit unit = sample.row().unit();
            progress.accept(String.format(
                    Locale.ROOT, "%s: %s %,.1f %s", what, sample.row().title(), sample.value(), unit.symbol()));
        }
    }
}
