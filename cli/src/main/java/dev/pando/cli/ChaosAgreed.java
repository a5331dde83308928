package dev.pando.cli;

import dev.pando.cli.ChaosHistory.Event;
import dev.pando.cli.ChaosReport.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What came of a cycle after which all nodes have to agree on what they hold.
interface ChaosAgreed extends ChaosStage.Outcome {

    /// Of what is wrong after one fault, so much is shown.
    int SHOWN = 20;

    int number();

    String fault();

    String what();

    Took took();

    /// How much was wrong, what is not shown included.
    int wrong();

    @Override
    default Optional<Double> remerge() {
        return took().remerge();
    }

    /// How long it took after a fault, in milliseconds.
    ///
    /// @param remerge from its end until all nodes had their sessions with all again
    /// @param converged from then until all nodes found what was held, and nothing else
    /// @param error by how much less `converged` may have been, at most
    record Took(Optional<Double> remerge, Optional<Double> converged, Optional<Double> error) {

        /// Measures it.
        ///
        /// @param since when all agreed, where that was measured
        static Took of(long healed, List<Event> events, boolean merged, Optional<ChaosAgreement> since) {
            long last = ChaosStage.last(events, healed);
            return new Took(
                    merged ? Optional.of(Math.max(0, (last - healed) / ChaosStage.MILLI)) : Optional.empty(),
                    since.map(agreed -> Math.max(0, (agreed.nanos() - Math.max(last, healed)) / ChaosStage.MILLI)),
                    since.map(agreed -> agreed.errorNanos() / ChaosStage.MILLI));
        }
    }

    /// The longest time by which one that was measured may be too long.
    static Optional<Double> error(List<? extends ChaosAgreed> cycles) {
        return cycles.stream().flatMap(cycle -> cycle.took().error().stream()).max(Double::compare);
    }

    static Times remerge(List<? extends ChaosAgreed> cycles) {
        return Times.of(cycles.stream()
                .flatMap(cycle -> cycle.took().remerge().stream())
                .toList());
    }

    static Times converged(List<? extends ChaosAgreed> cycles) {
        return Times.of(cycles.stream()
                .flatMap(cycle -> cycle.took().converged().stream())
                .toList());
    }

    static long wrong(List<? extends ChaosAgreed> cycles) {
        return cycles.stream().mapToLong(ChaosAgreed::wrong).sum();
    }

    /// All that is shown, with where it was found.
    static List<String> faults(long seed, List<? extends ChaosAgreed> cycles) {
        List<String> faults = new ArrayList<>();
        cycles.forEach(cycle -> cycle.faults()
                .forEach(fault -> faults.add(
                        "seed " + seed + ", cycle " + cycle.number() + " (" + cycle.what() + "): " + fault)));
        return faults;
    }

    /// What is shown.
    static List<String> few(List<String> faults) {
        if (faults.size() <= SHOWN) {
            return faults;
        }
        List<String> few = new ArrayList<>(faults.subList(0, SHOWN));
        few.add("and " + (faults.size() - SHOWN) + " more");
        return few;
    }
}
