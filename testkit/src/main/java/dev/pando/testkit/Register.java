package dev.pando.testkit;

import java.util.Objects;
import java.util.Optional;

/// A register for [Linearizability]: one value that is read, written, and exchanged on condition. A map is a register
/// for each key.
///
/// @param <V> the values; with `equals` and `hashCode`
public final class Register<V> implements Linearizability.Model<Optional<V>, Register.Input<V>, Register.Output<V>> {

    /// What is asked of it.
    public sealed interface Input<V> {
        /// Which register; equal for the same one.
        Object key();
    }

    /// Asks for the value.
    public record Read<V>(Object key) implements Input<V> {}

    /// Replaces the value.
    ///
    /// @param value empty to remove it
    public record Write<V>(Object key, Optional<V> value) implements Input<V> {}

    /// Writes when the value is as expected.
    public record CompareAndSet<V>(Object key, Optional<V> expected, Optional<V> value) implements Input<V> {}

    /// What it answers.
    public sealed interface Output<V> {}

    /// To a read.
    public record Value<V>(Optional<V> value) implements Output<V> {}

    /// To a write, and to a condition: whether it was written.
    public record Written<V>(boolean written) implements Output<V> {}

    @Override
    public Optional<V> initial() {
        return Optional.empty();
    }

    @Override
    @SuppressWarnings("OptionalOfRedundantMethod")
    public Optional<Optional<V>> apply(Optional<V> state, Input<V> input, Optional<Output<V>> output) {
        return switch (input) {
            case Read<V> _ -> when(fits(output, new Value<>(state)), state);
            case Write<V> write -> when(fits(output, new Written<>(true)), write.value());
            case CompareAndSet<V> exchange -> {
                boolean equal = Objects.equals(state, exchange.expected());
                yield when(fits(output, new Written<>(equal)), equal ? exchange.value() : state);
            }
        };
    }

    private static <V> boolean fits(Optional<Output<V>> output, Output<V> possible) {
        return output.map(possible::equals).orElse(true);
    }

    private static <V> Optional<Optional<V>> when(boolean possible, Optional<V> next) {
        return possible ? Optional.of(next) : Optional.empty();
    }
}
