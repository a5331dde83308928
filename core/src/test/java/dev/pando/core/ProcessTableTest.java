package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class ProcessTableTest {

    private final Node node = Node.start("alpha");
    private final ProcessTable table = new ProcessTable();

    @AfterEach
    void close() {
        node.close();
    }

    private LocalProcess process(long serial) {
        Pid pid = new Pid(node.name(), node.incarnation(), serial);
        ProcessBody nothing = () -> {};
        return new LocalProcess(node, pid, Launch.of(nothing), null);
    }

    @Test
    void aTableDoesAsASortedMapDoes() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ProcessTable table = new ProcessTable();
            SortedMap<Long, LocalProcess> model = new TreeMap<>();
            long serial = random.nextLong(1L << 40);
            for (int step = 0; step < 2000; step++) {
                if (random.nextInt(100) < 55) {
                    serial += random.nextInt(20) == 0 ? 1 + random.nextInt(1000) : 1;
                    LocalProcess added = process(serial);
                    table.put(added);
                    model.put(serial, added);
                } else if (!model.isEmpty()) {
                    // The young die first, as a rule.
                    Long chosen = random.nextBoolean() ? model.lastKey() : model.firstKey();
                    LocalProcess removed = Objects.requireNonNull(model.remove(chosen));
                    table.remove(removed);
                    table.remove(removed);
                    assertThat(table.get(chosen)).isNull();
                }
                assertThat(table.get(serial)).isSameAs(model.get(serial));
            }
            assertThat(table.inOrder()).as("seed " + seed).containsExactlyElementsOf(model.values());
            assertThat(table.size()).isEqualTo(model.size());
            model.forEach((known, there) -> assertThat(table.get(known)).isSameAs(there));
        }
    }

    /// Each thread sees what it does itself, whatever pages the others make and drop.
    @RepeatedTest(5)
    void nothingIsLostWhilePagesComeAndGo() {
        int threads = 4;
        int rounds = Race.rounds(30_000);
        AtomicLong serials = new AtomicLong();
        List<CompletableFuture<Integer>> kept = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int seed = i;
            CompletableFuture<Integer> outcome = new CompletableFuture<>();
            kept.add(outcome);
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    outcome.complete(churn(new Random(seed), rounds, serials));
                } catch (Throwable thrown) {
                    outcome.completeExceptionally(thrown);
                }
            });
        }

        int sum = kept.stream().mapToInt(future -> Steps.get(future, "thread")).sum();

        assertThat(table.size()).isEqualTo(sum);
        assertThat(table.inOrder()).hasSize(sum);
    }

    /// Adds processes and removes most of them; returns how many it has left.
    private int churn(Random random, int rounds, AtomicLong serials) {
        List<LocalProcess> mine = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            LocalProcess added = process(serials.incrementAndGet());
            table.put(added);
            mine.add(added);
            if (table.get(added.pid.serial()) != added) {
                throw new AssertionError(added + " is not found by the thread that has added it");
            }
            while (mine.size() > 10 && random.nextInt(10) > 0) {
                LocalProcess removed = mine.remove(random.nextInt(mine.size()));
                table.remove(removed);
                if (table.get(removed.pid.serial()) != null) {
                    throw new AssertionError(removed + " is found after its removal");
                }
            }
        }
        for (LocalProcess left : mine) {
            if (table.get(left.pid.serial()) != left) {
                throw new AssertionError(left + " is lost");
            }
        }
        return mine.size();
    }
}
