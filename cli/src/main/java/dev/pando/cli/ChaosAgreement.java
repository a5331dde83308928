package dev.pando.cli;

import dev.pando.cli.ChaosSample.Sum;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Since when all nodes find exactly what all of them hold, and hold what they hold now.
///
/// @param held what that is
/// @param nanos the moment of the look that saw it first
/// @param errorNanos by how much it may have come earlier: so long before the node had looked before
record ChaosAgreement(Sum held, long nanos, long errorNanos) {

    private record Told(String node, ChaosSample sample) {}

    /// Follows what the nodes told, in the order of its times.
    ///
    /// @param samples of each node, in order; each is what the node knows until its next one
    /// @return empty when they do not agree now
    static Optional<ChaosAgreement> since(Map<String, List<ChaosSample>> samples, Set<String> nodes) {
        List<Told> all = new ArrayList<>();
        samples.forEach((node, told) -> told.forEach(sample -> all.add(new Told(node, sample))));
        all.sort(Comparator.comparingLong(told -> told.sample().nanos()));
        Map<String, ChaosSample> latest = new HashMap<>();
        Optional<ChaosAgreement> since = Optional.empty();
        for (Told told : all) {
            ChaosSample sample = told.sample();
            latest.put(told.node(), sample);
            Sum held = latest.values().stream().map(ChaosSample::held).reduce(Sum.NONE, Sum::plus);
            if (!latest.keySet().containsAll(nodes) || !agree(latest, held)) {
                since = Optional.empty();
            } else if (since.filter(agreed -> agreed.held.equals(held)).isEmpty()) {
                since = Optional.of(new ChaosAgreement(held, sample.nanos(), sample.nanos() - sample.before()));
            }
        }
        return since;
    }

    private static boolean agree(Map<String, ChaosSample> latest, Sum held) {
        return latest.values().stream()
                .allMatch(
                        sample -> sample.found().equals(held) && sample.heard().isOfSameHolders(held));
    }
}
