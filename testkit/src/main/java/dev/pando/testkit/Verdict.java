package dev.pando.testkit;

import java.util.ArrayList;
import java.util.List;

/// What a checker has found.
///
/// @param violations what is wrong, one line each; empty when all is as promised
public record Verdict(List<String> violations) {

    public Verdict {
        violations = List.copyOf(violations);
    }

    /// Nothing is wrong.
    public static Verdict sound() {
        return new Verdict(List.of());
    }

    public boolean isSound() {
        return violations.isEmpty();
    }

    /// Both together.
    public Verdict and(Verdict other) {
        List<String> all = new ArrayList<>(violations);
        all.addAll(other.violations);
        return new Verdict(all);
    }

    @Override
    public String toString() {
        return isSound() ? "sound" : String.join("\n", violations);
    }
}
