package dev.pando.core;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/// Small programs of a few threads, whose interleavings are tried one by one.
///
/// Lincheck's model checker runs a program again and again, switches between its threads at other places each time,
/// and compares the results with those of a plain model, which does one thing after the other.
final class Interleavings {

    /// How many interleavings of a program are tried.
    private static final int COUNT = Integer.getInteger("pando.lincheck.interleavings", 100);

    /// How many programs Lincheck makes up besides; for a long night.
    private static final int MADE_UP = Integer.getInteger("pando.lincheck.programs", 0);

    /// Fails with the interleaving in which what is tested does as its model never does.
    static void check(Class<?> tested, Class<?> model, Program... programs) {
        ModelCheckingOptions options = new ModelCheckingOptions();
        for (Program program : programs) {
            options.addCustomScenario(program.of(tested));
        }
        options.iterations(MADE_UP)
                .threads(2)
                .invocationsPerIteration(COUNT)
                .sequentialSpecification(model)
                .check(tested);
    }

    static Program program() {
        return new Program(List.of(), List.of(), List.of());
    }

    /// Operations as text: a name, and the number of a process for those that take one.
    record Program(List<String> before, List<List<String>> threads, List<String> after) {

        Program before(String... operations) {
            return new Program(List.of(operations), threads, after);
        }

        Program thread(String... operations) {
            return new Program(before, with(threads, List.of(operations)), after);
        }

        private static <T> List<T> with(List<T> list, T last) {
            return Stream.concat(list.stream(), Stream.of(last)).toList();
        }

        Program after(String... operations) {
            return new Program(before, threads, List.of(operations));
        }

        ExecutionScenario of(Class<?> tested) {
            List<List<Actor>> parallel =
                    threads.stream().map(thread -> actors(thread, tested)).toList();
            return new ExecutionScenario(actors(before, tested), parallel, actors(after, tested), null);
        }

        private static List<Actor> actors(List<String> operations, Class<?> tested) {
            return operations.stream()
                    .map(operation -> actor(operation, tested))
                    .toList();
        }

        private static Actor actor(String operation, Class<?> tested) {
            List<String> words = List.of(operation.split(" "));
            Method method = Arrays.stream(tested.getMethods())
                    .filter(candidate -> candidate.getName().equals(words.getFirst()))
                    .findFirst()
                    .orElseThrow();
            return new Actor(
                    method, words.stream().skip(1).map(Integer::valueOf).toList());
        }
    }

    private Interleavings() {}
}
