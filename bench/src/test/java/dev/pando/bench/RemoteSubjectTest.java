package dev.pando.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each load does its work between two nodes of this JVM, few times or many, and finds its own outcome right.
final class RemoteSubjectTest {

    private static final int JOINS = 50;

    private final Wire wire = Wire.free();

    @TestFactory
    Stream<DynamicTest> pandoDoesEachWork() {
        Map<String, Trial> trials = messages();
        trials.put("groups", subject -> twice(subject.groups(JOINS)));
        trials.put("one group", subject -> twice(subject.group(JOINS)));
        return trials.entrySet().stream()
                .map(trial -> dynamicTest(trial.getKey(), () -> {
                    Wire own = Wire.free();
                    try (PandoEnd _ = PandoEnd.far(own);
                            RemoteSubject subject = new PandoRemote(own)) {
                        trial.getValue().run(subject);
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> pekkoDoesEachWork() {
        return messages().entrySet().stream()
                .map(trial -> dynamicTest(trial.getKey(), () -> {
                    Wire own = Wire.free();
                    try (PekkoEnd _ = PekkoEnd.far(own, "");
                            RemoteSubject subject = new PekkoRemote(own, "", Pace.ACKED)) {
                        trial.getValue().run(subject);
                    }
                }));
    }

    @Test
    void whatPekkoLosesIsCounted() throws Exception {
        long messages = 200_000;
        try (PekkoEnd _ = PekkoEnd.far(wire, "");
                RemoteSubject subject = new PekkoRemote(wire, "", Pace.NONE)) {
            assertThat(subject.stream(1, 64).run(messages)).isBetween(1L, messages);
        }
    }

    @Test
    void callsOfOneCallerAreTimed() throws Exception {
        AtomicLong calls = new AtomicLong();
        try (PandoEnd _ = PandoEnd.far(wire);
                RemoteSubject subject = new PandoRemote(wire)) {
            subject.call(1, took -> {
                        assertThat(took).isPositive();
                        calls.incrementAndGet();
                    })
                    .run(20);
        }
        assertThat(calls).hasValue(20);
    }

    private static Map<String, Trial> messages() {
        Map<String, Trial> trials = new LinkedHashMap<>();
        trials.put("call, one caller", subject -> run(subject.call(1, _ -> {})));
        trials.put("call, 64 callers", subject -> run(subject.call(Work.MANY, _ -> {})));
        trials.put("stream, one sender", subject -> send(subject.stream(1, 64)));
        trials.put("stream, 64 senders", subject -> send(subject.stream(Work.MANY, 64)));
        trials.put("stream of 1 KiB", subject -> send(subject.stream(1, 1024)));
        return trials;
    }

    private static void send(RemoteSubject.Stream stream) throws Exception {
        // Fewer than there are senders, and more than Pekko leaves unanswered.
        for (long messages : new long[] {1, 5, 5_000}) {
            assertThat(stream.run(messages)).isEqualTo(messages);
        }
    }

    private static void run(Load load) throws Exception {
        for (long operations : new long[] {1, 5, 100}) {
            load.run(operations);
        }
    }

    private static void twice(Load load) throws Exception {
        for (int i = 0; i < 2; i++) {
            load.run(1);
            load.settle();
        }
    }

    @FunctionalInterface
    private interface Trial {
        void run(RemoteSubject subject) throws Exception;
    }
}
