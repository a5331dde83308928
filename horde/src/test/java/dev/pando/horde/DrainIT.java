package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Node;
import dev.pando.core.Protocols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is told to stop by a signal while its children are called.
class DrainIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int CHILDREN = 3000;
    private static final int CALLERS = 16;

    @TempDir
    private Path folder;

    @Test
    void aSignalLosesNoCallAndNoState() throws Exception {
        try (Trio trio = new Trio(2, Protocols.of(Till.class, Till.Book.class))) {
            Node books = trio.nodes.getFirst();
            books.start(new Till.Book(), Till.BOOK);
            List<DistributedSupervisor> supervisors = trio.clusters.stream()
                    .map(cluster -> DistributedSupervisor.start(cluster, "tills", Placement.consistentHash()))
                    .toList();
            Process leaver = startLeaver(trio);
            try {
                Eventually.holds(
                        LIMIT,
                        () -> assertThat(supervisors
                                        .getFirst()
                                        .statusOf(books.name(), LIMIT)
                                        .nodes())
                                .isEqualTo(3));
                List<String> ids =
                        IntStream.range(0, CHILDREN).mapToObj(i -> "t" + i).toList();
                ids.forEach(id -> supervisors.getFirst().startOrGet(Till.spec(id, books.name()), LIMIT));
                long there = supervisors.getFirst().children().stream()
                        .filter(child -> child.owner().name().equals("leaver"))
                        .count();
                assertThat(there).isBetween(900L, 1100L);
                AtomicInteger amounts = new AtomicInteger();
                AtomicBoolean over = new AtomicBoolean();
                Callers<Integer> callers = new Callers<>();
                for (int i = 0; i < CALLERS; i++) {
                    int first = i * 187;
                    Router<String> router =
                            Router.byKey(supervisors.get(i % 2), (String id) -> Till.spec(id, books.name()));
                    callers.add(() -> take(router, ids, first, amounts, over));
                }
                callers.go();
                Eventually.holds(LIMIT, () -> assertThat(amounts).hasValueGreaterThan(2000));

                leaver.destroy();
                assertThat(leaver.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
                int atEnd = amounts.get();
                Eventually.holds(LIMIT, () -> assertThat(amounts).hasValueGreaterThan(atEnd + 2000));
                over.set(true);
                int taken =
                        callers.results().stream().mapToInt(Integer::intValue).sum();

                assertThat(leaver.exitValue()).isZero();
                assertThat(log()).noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN "));
                List<Integer> entered =
                        books.call(Till.BOOK, new Till.Book.Read()).all();
                assertThat(entered).hasSize(taken).doesNotHaveDuplicates();
                assertThat(held(supervisors.getFirst(), ids, books))
                        .hasSize(taken)
                        .doesNotHaveDuplicates();
            } finally {
                leaver.destroyForcibly().waitFor();
            }
        }
    }

    private static int take(
            Router<String> router, List<String> ids, int first, AtomicInteger amounts, AtomicBoolean over) {
        int taken = 0;
        for (; !over.get(); taken++) {
            router.call(ids.get((first + taken) % ids.size()), new Till.Take(amounts.incrementAndGet()), LIMIT);
        }
        return taken;
    }

    private static List<Integer> held(DistributedSupervisor supervisor, List<String> ids, Node books) {
        Router<String> router = Router.byKey(supervisor, (String id) -> Till.spec(id, books.name()));
        List<Integer> held = new ArrayList<>();
        ids.forEach(id -> held.addAll(router.call(id, new Till.Take(0), LIMIT).all()));
        return held;
    }

    private Process startLeaver(Trio trio) throws IOException {
        Path cookie = Files.writeString(folder.resolve("cookie"), trio.cookie.secret());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=" + Files.writeString(folder.resolve("logback.xml"), LOGBACK),
                "-cp",
                System.getProperty("java.class.path"),
                LeavingProgram.class.getName(),
                cookie.toString(),
                String.valueOf(Trio.freePorts(1).getFirst())));
        command.addAll(trio.hosts);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(folder.resolve("log"));
    }

    private static final String LOGBACK = """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %level %logger %msg%n</pattern></encoder>
          </appender>
          <root level="INFO"><appender-ref ref="out"/></root>
        </configuration>
        """;
}
