package dev.pando.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Pando beside its peers, on one node or on several. Each work is measured in a virtual machine of its own for each
/// contender, or in a group of them, one after the other, and all of it again in the next round, so that a noisy minute
/// of the computer spoils one round of all.
public final class Bench {

    /// For a peer with names: some need minutes for what others do in a second.
    private static final Duration NAMES_LIMIT = Duration.ofMinutes(4);

    /// A node is killed and started again.
    private static final Duration RUN = Duration.ofSeconds(10);

    private final Settings settings;
    private final Optional<Beam> beam;
    private final Consumer<String> progress;
    private final Map<Column, String> about = new EnumMap<>(Column.class);
    private final Tally tally = new Tally();
    private final List<String> leftOut = new ArrayList<>();

    private Bench(Settings settings, Optional<Beam> beam, Consumer<String> progress) {
        this.settings = settings;
        this.beam = beam;
        this.progress = progress;
    }

    /// Takes minutes; says on the way what it is at.
    ///
    /// @throws IllegalStateException when Pando fails, or the outcome of its work is wrong; where a peer does, its
    /// figures of that round are left out
    public static Report run(Settings settings, Consumer<String> progress) throws IOException, InterruptedException {
        warnOfLoad(progress);
        Optional<Beam> beam = Beam.compile();
        if (beam.isEmpty()) {
            progress.accept("no erlc on the PATH: the BEAM is left out");
        }
        return new Bench(settings, beam, progress).run();
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
                    if (contender != Contender.BEAM || beam.isPresent()) {
                        measure(round, contender, order(work));
                    }
                }
            }
        }
        return new Report(
                Runtime.getRuntime().availableProcessors(),
                settings.nodes(),
                settings.rounds(),
                about,
                tally.lines(),
                leftOut);
    }

    private Order order(Work work) {
        Effort effort = settings.effort();
        return switch (work.stage()) {
            case LOCAL -> new Order(work, effort);
            case CLUSTER, REGISTRY -> new Order(work, effort.forSeveral(3));
            // A start, a loss and a return pass through more code than anything else here.
            case FAILOVER -> new Order(work, effort.forSeveral(10));
        };
    }

    private void measure(int round, Contender contender, Order order) throws IOException {
        Work work = order.work();
        String what = "round %d of %d, %s, %s".formatted(round, settings.rounds(), work.id(), contender.title());
        Findings findings;
        try {
            findings = switch (work.stage()) {
                case LOCAL -> MeasuredProcess.run(command(contender, order));
                case CLUSTER -> onTwoNodes(contender, order);
                case REGISTRY -> onPlaces(contender, order, settings.nodes());
                // The node that measures starts the last one, since it kills it.
                case FAILOVER -> onPlaces(contender, order, settings.nodes() - 1);
            };
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
                    Locale.ROOT, "%s: %s %,.1f %s", what, sample.row().title().strip(), sample.value(), unit.symbol()));
            if (sample.isWrong() && contender == Contender.PANDO) {
                throw new IllegalStateException(
                        what + ": " + sample.row().title().strip());
            }
        }
    }

    private List<String> command(Contender contender, Order order) {
        return contender == Contender.BEAM
                ? beam.orElseThrow().command(order, settings.parallelism())
                : Jvm.command(contender, order, settings.parallelism());
    }

    private Findings onTwoNodes(Contender contender, Order order) throws IOException {
        Wire wire = Wire.free();
        return MeasuredProcess.run(command(contender, End.FAR, wire, order), command(contender, End.NEAR, wire, order));
    }

    private Findings onPlaces(Contender contender, Order order, int nodes) throws IOException {
        Places places = Places.free(nodes);
        List<List<String>> far = IntStream.range(1, places.nodes())
                .mapToObj(place -> command(contender, place, places, order))
                .toList();
        return MeasuredProcess.run(far, command(contender, Places.NEAR, places, order), limit(contender, order));
    }

    private static Duration limit(Contender contender, Order order) {
        if (order.work() == Work.KILLS) {
            return MeasuredProcess.LIMIT.plus(RUN.multipliedBy(order.effort().runs()));
        }
        return contender == Contender.PANDO || order.work().stage() == Stage.FAILOVER
                ? MeasuredProcess.LIMIT
                : NAMES_LIMIT;
    }

    private List<String> command(Contender contender, int place, Places places, Order order) {
        return contender == Contender.BEAM
                ? beam.orElseThrow().command(place, places, order, settings.parallelism())
                : PlaceJvm.command(contender, place, places, order, settings.parallelism());
    }

    private List<String> command(Contender contender, End end, Wire wire, Order order) {
        return contender == Contender.BEAM
                ? beam.orElseThrow().command(end, wire, order, settings.parallelism())
                : RemoteJvm.command(contender, end, wire, order, settings.parallelism());
    }
}
