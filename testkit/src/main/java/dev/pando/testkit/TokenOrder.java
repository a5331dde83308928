package dev.pando.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Looks whether a sink has kept to one order of tokens for each key: what it accepted never goes back to a token lower
/// than one it accepted before.
public final class TokenOrder {

    /// An effect that a sink was asked for.
    ///
    /// @param accepted what the sink said
    public record Effect<K, T extends Comparable<? super T>>(K key, T token, boolean accepted) {}

    /// Checks the effects that a sink was asked for.
    ///
    /// @param effects of one sink, in the order in which it decided
    public static <K, T extends Comparable<? super T>> Verdict check(List<Effect<K, T>> effects) {
        List<String> violations = new ArrayList<>();
        Map<K, T> highest = new HashMap<>();
        for (Effect<K, T> effect : effects) {
            T before = highest.get(effect.key());
            if (effect.accepted() && before != null && effect.token().compareTo(before) < 0) {
                violations.add(effect.key() + ": accepted token " + effect.token() + " after " + before);
            } else if (effect.accepted()) {
                highest.put(effect.key(), effect.token());
            }
        }
        return new Verdict(violations);
    }

    private TokenOrder() {}
}
