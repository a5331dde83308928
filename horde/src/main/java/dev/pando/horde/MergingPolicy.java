package dev.pando.horde;

import dev.pando.core.RegistryEntry;
import java.util.function.BinaryOperator;

/// Keeps the older claim with the values of both.
record MergingPolicy(BinaryOperator<Object> values) implements ConflictPolicy {

    @Override
    public RegistryEntry keep(RegistryEntry older, RegistryEntry newer) {
        return older;
    }

    @Override
    public Object merge(RegistryEntry kept, RegistryEntry lost) {
        return values.apply(kept.value(), lost.value());
    }
}
