package dev.pando.horde;

import dev.pando.core.RegistryEntry;
import java.util.function.BinaryOperator;

/// Which of two processes keeps a name that both were granted, on two nodes at once or on two sides of a partition.
///
/// Every node asks for itself, maybe more than once, and all must come to the same answer: so an answer depends on
/// the two claims alone, and all nodes are given the same policy. The one that does not keep the name is told so
/// once, by its own node.
@FunctionalInterface
public interface ConflictPolicy {

    /// Chooses one of two claims.
    ///
    /// @param older the one with the lower token
    /// @return one of the two; anything else, and an exception, is logged and counts as the older one
    RegistryEntry keep(RegistryEntry older, RegistryEntry newer);

    /// What becomes of the values; called on the node of the process that keeps the name, and again when both meet
    /// again before the other one was told. So merging the same value twice must change nothing.
    ///
    /// @return the new value of the name
    default Object merge(RegistryEntry kept, RegistryEntry lost) {
        return kept.value();
    }

    /// The older claim stays. It is stable: who holds a name through a partition is not driven out by who claims it
    /// meanwhile. The default.
    static ConflictPolicy keepOldest() {
        return KnownPolicy.KEEP_OLDEST;
    }

    /// The newer claim stays: for processes that are set in place of others on purpose.
    static ConflictPolicy keepNewest() {
        return KnownPolicy.KEEP_NEWEST;
    }

    /// The older claim stays, and has the values of both.
    ///
    /// @param values must not care about order, nor about a value that comes twice
    static ConflictPolicy merging(BinaryOperator<Object> values) {
        return new MergingPolicy(values);
    }
}
