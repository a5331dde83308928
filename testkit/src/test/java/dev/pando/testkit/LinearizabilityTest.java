package dev.pando.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.testkit.Register.CompareAndSet;
import dev.pando.testkit.Register.Input;
import dev.pando.testkit.Register.Output;
import dev.pando.testkit.Register.Read;
import dev.pando.testkit.Register.Value;
import dev.pando.testkit.Register.Write;
import dev.pando.testkit.Register.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {

    private final List<Operation<Input<Integer>, Output<Integer>>> history = new ArrayList<>();

    private LinearizabilityTest did(String client, Input<Integer> input, Output<Integer> output, long from, long to) {
        history.add(new Operation<>(client, input, Optional.of(output), from, to));
        return this;
    }

    private LinearizabilityTest mayHaveDone(String client, Input<Integer> input, long from, long to) {
        history.add(new Operation<>(client, input, Optional.empty(), from, to));
        return this;
    }

    private Verdict verdict() {
        return Linearizability.check(new Register<>(), history, Input::key);
    }

    private static Write<Integer> write(int value) {
        return new Write<>("k", Optional.of(value));
    }

    private static Read<Integer> read() {
        return new Read<>("k");
    }

    private static Value<Integer> value(int value) {
        return new Value<>(Optional.of(value));
    }

    private static Value<Integer> nothing() {
        return new Value<>(Optional.empty());
    }

    private static Written<Integer> written(boolean written) {
        return new Written<>(written);
    }

    @Test
    void nothingHappenedIsSound() {
        assertThat(verdict().isSound()).isTrue();
    }

    @Test
    void aReadMaySeeAWriteThatOverlapsIt() {
        did("a", write(1), written(true), 0, 10)
                .did("b", read(), value(1), 1, 2)
                .did("b", read(), value(1), 3, 4);

        assertThat(verdict().violations()).isEmpty();
    }

    @Test
    void aReadMayNotSeeWhatWasOverwrittenBeforeItBegan() {
        did("a", write(1), written(true), 0, 1)
                .did("a", write(2), written(true), 2, 3)
                .did("b", read(), value(1), 4, 5);

        assertThat(verdict().violations())
                .singleElement()
                .asString()
                .contains("not linearizable")
                .contains("b: Read[key=k] -> Value[value=Optional[1]]");
    }

    /// Each read alone could be explained, and both together cannot.
    @Test
    void twoReadsMayNotSeeTwoWritesInOtherOrders() {
        did("a", write(1), written(true), 0, 10)
                .did("b", write(2), written(true), 0, 10)
                .did("c", read(), value(1), 11, 12)
                .did("d", read(), value(2), 13, 14);

        assertThat(verdict().isSound()).isFalse();
    }

    @Test
    void aValueDoesNotComeBackOnceItsAbsenceWasSeen() {
        did("a", write(1), written(true), 0, 20)
                .did("b", read(), value(1), 1, 2)
                .did("c", read(), nothing(), 3, 4);

        assertThat(verdict().isSound()).isFalse();
    }

    @Test
    void ofTwoConditionsOneMustFail() {
        var claim = new CompareAndSet<>("k", Optional.<Integer>empty(), Optional.of(1));
        var other = new CompareAndSet<>("k", Optional.<Integer>empty(), Optional.of(2));
        did("a", claim, written(true), 0, 10).did("b", other, written(false), 0, 10);
        assertThat(verdict().isSound()).isTrue();

        history.clear();
        did("a", claim, written(true), 0, 10).did("b", other, written(true), 0, 10);
        assertThat(verdict().isSound()).isFalse();
    }

    @Test
    void anUnknownWriteMayTakeEffectLateOrNever() {
        mayHaveDone("a", write(1), 0, 5).did("b", read(), nothing(), 6, 7).did("b", read(), value(1), 8, 9);
        assertThat(verdict().isSound()).isTrue();

        history.clear();
        mayHaveDone("a", write(1), 0, 5).did("b", read(), nothing(), 6, 7);
        assertThat(verdict().isSound()).isTrue();

        history.clear();
        did("b", read(), value(1), 0, 1).mayHaveDone("a", write(1), 2, 5);
        assertThat(verdict().isSound()).as("a write has no effect before it").isFalse();
    }

    @Test
    void keysAreCheckedApart() {
        did("a", write(1), written(true), 0, 1)
                .did("b", new Read<>("other"), nothing(), 2, 3)
                .did("b", read(), nothing(), 4, 5);

        assertThat(verdict().violations()).hasSize(1);
    }

    @Test
    void whatReturnsBeforeItBeginsIsRefused() {
        assertThatThrownBy(() -> did("a", read(), nothing(), 5, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("returned at 4, before it was invoked at 5");
    }

    /// Histories made by a register that takes each effect at a moment drawn within its operation are sound; with one
    /// answer changed to a value nobody ever wrote they are not.
    @Test
    void whatOneCopyAnsweredIsSoundAndALieIsNot() {
        for (long seed = 0; seed < 300; seed++) {
            var chance = new SplittableRandom(seed);
            history.clear();
            record Planned(int client, Input<Integer> input, long from, long at, long to) {}
            List<Planned> planned = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                long now = chance.nextInt(10);
                for (int i = 0; i < 6; i++) {
                    long at = now + chance.nextInt(10);
                    long to = at + chance.nextInt(10);
                    int number = chance.nextInt(4);
                    Input<Integer> input = chance.nextBoolean() ? read() : write(number);
                    planned.add(new Planned(client, input, now, at, to));
                    now = to + 1 + chance.nextInt(3);
                }
            }
            planned.sort((one, other) -> Long.compare(one.at(), other.at()));
            Optional<Integer> state = Optional.empty();
            for (Planned each : planned) {
                Output<Integer> output = each.input() instanceof Read<Integer> ? new Value<>(state) : written(true);
                if (each.input() instanceof Write<Integer> write) {
                    state = write.value();
                }
                did("c" + each.client(), each.input(), output, each.from(), each.to());
            }
            assertThat(verdict().violations()).as("seed %d", seed).isEmpty();

            int last = history.size() - 1;
            while (last >= 0 && !(history.get(last).input() instanceof Read<Integer>)) {
                last--;
            }
            var truth = history.get(last);
            history.set(
                    last,
                    new Operation<>(
                            truth.client(),
                            truth.input(),
                            Optional.of(value(99)),
                            truth.invokedNanos(),
                            truth.returnedNanos()));
            assertThat(verdict().isSound()).as("seed %d", seed).isFalse();
        }
    }
}
