package dev.pando.testkit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks whether all money that came in is recorded, once, and no other.
public final class Conservation {

    /// Checks amounts by their keys.
    ///
    /// @param in what was given, by its key
    /// @param recorded what the sink holds; a key may come twice, which is what must not be
    public static Verdict check(Map<String, BigDecimal> in, List<Map.Entry<String, BigDecimal>> recorded) {
        List<String> violations = new ArrayList<>();
        Map<String, BigDecimal> found = new LinkedHashMap<>();
        for (Map.Entry<String, BigDecimal> entry : recorded) {
            if (found.putIfAbsent(entry.getKey(), entry.getValue()) != null) {
                violations.add(entry.getKey() + " is recorded twice");
            }
        }
        in.forEach((key, amount) -> {
            BigDecimal there = found.get(key);
            if (there == null) {
                violations.add(key + " is lost: " + amount + " were given, and nothing is recorded");
            } else if (there.compareTo(amount) != 0) {
                violations.add(key + ": " + amount + " were given, and " + there + " are recorded");
            }
        });
        found.forEach((key, amount) -> {
            if (!in.containsKey(key)) {
                violations.add(key + ": " + amount + " are recorded, and nobody gave them");
            }
        });
        return new Verdict(violations);
    }

    private Conservation() {}
}
