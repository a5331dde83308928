package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Each load does its work, few times or many, and finds its own outcome right.
final class SubjectTest {

    @TestFactory
    Stream<DynamicTest> pandoDoesEachWork() {
        return each(PandoSubject::new);
    }

    @TestFactory
    Stream<DynamicTest> pekkoDoesEachWork() {
        return each(() -> new PekkoSubject("", PekkoCaller.ACTOR));
    }

    @TestFactory
    Stream<DynamicTest> pekkoAnswersWhoAsks() {
        return Stream.of(dynamicTest("ask", () -> {
            try (Subject pekko = new PekkoSubject("", PekkoCaller.ASK)) {
                run(pekko.call(1));
                run(pekko.call(8));
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> bareThreadsPassMessagesOn() {
        return Stream.of(dynamicTest("ping-pong and ring", () -> {
            try (Subject threads = new JdkSubject()) {
                run(threads.pingPong());
                run(threads.ring(7));
            }
        }));
    }

    /// A subject of its own for each, as when it is measured.
    private static Stream<DynamicTest> each(Supplier<Subject> create) {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put("call, one caller", subject -> run(subject.call(1)));
        trials.put("call, eight callers", subject -> run(subject.call(8)));
        trials.put("cast", subject -> run(subject.cast()));
        trials.put("send", subject -> run(subject.send()));
        trials.put("ping-pong", subject -> run(subject.pingPong()));
        trials.put("ring", subject -> run(subject.ring(7)));
        trials.put("spawn", subject -> run(subject.spawn()));
        trials.put("skynet", subject -> subject.skynet(1_000).run(2));
        trials.put("processes", subject -> run(Load.starting(subject.processes())));
        trials.put("servers", subject -> run(Load.starting(subject.servers())));
        return trials.entrySet().stream()
                .map(trial -> dynamicTest(trial.getKey(), () -> {
                    try (Subject subject = create.get()) {
                        assertThatCode(() -> trial.getValue().run(subject)).doesNotThrowAnyException();
                    }
                }));
    }

    private static void run(Load load) throws Exception {
        // Fewer than there are callers or places in the ring, and more.
        for (long operations : new long[] {1, 5, 100}) {
            load.run(operations);
            load.settle();
        }
    }

    @FunctionalInterface
    private interface Trial {
        void run(Subject subject) throws Exception;
    }
}
