package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.RegistryNotice.Registered;
import dev.pando.core.RegistryNotice.Unregistered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What listeners of both kinds of registries are told.
final class RegistryListenerTest {

    private static final Name WATCH = new Name("watch");

    private final Node node = Node.start("alpha");
    private final LocalRegistry unique = LocalRegistry.of(node, "unique");
    private final DuplicateRegistry duplicate = DuplicateRegistry.of(node, "duplicate");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aListenerIsToldOfEveryRegistration() {
        Steps.run(node, () -> {
            Pid holder = holder();
            unique.listen(Self.pid());
            duplicate.listen(Self.pid());

            unique.register("k", holder, 1);
            unique.register("k", holder, 2);
            RegistryEntry entry = duplicate.register("k", holder, 3);

            Registered first = Steps.next(Registered.class);
            assertThat(first.registry()).isEqualTo("unique");
            assertThat(List.of(first.entry())).isEqualTo(unique.select(_ -> true));
            assertThat(Steps.next(RegistryNotice.class)).isEqualTo(new Registered("duplicate", entry));
        });
    }

    @Test
    void aListenerIsToldOfWhatIsGivenUpWithItsLastValue() {
        Steps.run(node, () -> {
            Pid holder = holder();
            unique.register("k", holder, 1);
            unique.update("k", holder, _ -> 2);
            RegistryEntry first = duplicate.register("k", holder, 1);
            RegistryEntry second = duplicate.register("k", holder, 2);
            unique.listen(Self.pid());
            duplicate.listen(Self.pid());

            unique.unregister("k", holder());
            unique.unregister("k", holder);
            unique.unregister("k", holder);
            duplicate.unregister(holder, entry -> entry.value().equals(2));
            duplicate.unregister("k", holder);

            assertThat(Steps.next(Unregistered.class).entry().value()).isEqualTo(2);
            assertThat(Steps.next(RegistryNotice.class)).isEqualTo(new Unregistered("duplicate", second));
            assertThat(Steps.next(RegistryNotice.class)).isEqualTo(new Unregistered("duplicate", first));
            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aListenerIsToldOfAnEndOnceForEachEntryAndBeforeTheEndItself() {
        Steps.run(node, () -> {
            for (int i = 0; i < 100; i++) {
                Pid holder = holder();
                unique.register("k", holder, i);
                duplicate.register("a", holder, i);
                duplicate.register("a", holder, i);
                unique.listen(Self.pid());
                duplicate.listen(Self.pid());
                Self.monitor(holder);
                if (i % 2 == 0) {
                    Self.send(holder, "end");
                } else {
                    Self.exit(holder, ExitReason.killed());
                }

                for (int entry = 0; entry < 3; entry++) {
                    assertThat(Steps.next(Signal.class)).isInstanceOf(Unregistered.class);
                }
                assertThat(Steps.next(Signal.class)).isInstanceOf(Down.class);
                unique.unlisten(Self.pid());
                duplicate.unlisten(Self.pid());
            }
            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aListenerThatListensTwiceIsToldOnce() {
        Steps.run(node, () -> {
            unique.listen(Self.pid());
            unique.listen(Self.pid());

            unique.register("k", holder(), "");

            Steps.next(Registered.class);
            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void whoeverListensNoMoreIsToldNoMore() {
        Steps.run(node, () -> {
            unique.listen(Self.pid());
            unique.unlisten(Self.pid());

            unique.register("k", holder(), "");

            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aNameIsToldWhoeverBearsItThen() {
        unique.listen(WATCH);
        unique.register("nobody", holder(), "");
        Pliable first = new Pliable();
        Pid former = node.start(first, WATCH);
        unique.register("first", holder(), "");
        node.stop(former, Steps.LIMIT);
        Pliable second = new Pliable();
        node.start(second, WATCH);
        unique.register("second", holder(), "");

        assertThat(Steps.poll(first.infos))
                .isInstanceOfSatisfying(
                        Registered.class, told -> assertThat(told.entry().key()).isEqualTo("first"));
        assertThat(Steps.poll(second.infos))
                .isInstanceOfSatisfying(
                        Registered.class, told -> assertThat(told.entry().key()).isEqualTo("second"));
        assertThat(first.infos).isEmpty();
    }

    @Test
    void aListenerThatHasEndedKeepsNobodyFromBeingTold() {
        Steps.run(node, () -> {
            Pid gone = holder();
            unique.listen(gone);
            unique.listen(Self.pid());
            Self.exit(gone, ExitReason.killed());

            unique.register("k", holder(), "");

            Steps.next(Registered.class);
        });
    }

    @Test
    void aProcessElsewhereDoesNotListen() {
        Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

        assertThatThrownBy(() -> unique.listen(elsewhere))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(elsewhere.toString());
    }

    /// One after the other, since each is told of with a token that is higher than the one before.
    @Test
    void theHoldersOfAKeyAreToldOfOneAfterTheOtherHoweverTheyRace() {
        Steps.run(node, () -> {
            unique.listen(Self.pid());
            churn(300, (random, pid) -> {
                String key = "k" + random.nextInt(3);
                if (random.nextBoolean()) {
                    unique.register(key, pid, "");
                } else {
                    unique.unregister(key, pid);
                }
            });

            Map<Object, RegistryEntry> held = new HashMap<>();
            Map<Object, Token> last = new HashMap<>();
            for (RegistryNotice notice : notices()) {
                RegistryEntry entry = notice.entry();
                if (notice instanceof Registered) {
                    assertThat(held.put(entry.key(), entry)).isNull();
                    Token before = last.put(entry.key(), entry.token());
                    assertThat(before == null || before.compareTo(entry.token()) < 0)
                            .isTrue();
                } else {
                    assertThat(held.remove(entry.key())).isEqualTo(entry);
                }
            }
            assertThat(unique.select(_ -> true)).containsExactlyInAnyOrderElementsOf(held.values());
        });
    }

    @Test
    void whoeverListensFirstAndSelectsThenHasAWholeCopy() {
        for (int round = 0; round < Race.rounds(20); round++) {
            Race race = new Race();
            CountDownLatch changed = new CountDownLatch(1);
            Map<Token, RegistryEntry> copy = new TreeMap<>();
            race.add(() -> Steps.run(node, () -> {
                duplicate.listen(Self.pid());
                duplicate.select(_ -> true).forEach(entry -> copy.put(entry.token(), entry));
                Steps.await(changed);
                for (RegistryNotice notice : notices()) {
                    if (notice instanceof Registered) {
                        copy.put(notice.entry().token(), notice.entry());
                    } else {
                        copy.remove(notice.entry().token());
                    }
                }
            }));
            race.add(() -> {
                churn(100, (random, pid) -> {
                    String key = "k" + random.nextInt(3);
                    if (random.nextInt(3) < 2) {
                        duplicate.register(key, pid, random.nextInt());
                    } else {
                        duplicate.unregister(key, pid);
                    }
                });
                changed.countDown();
            });
            race.run();

            assertThat(duplicate.select(_ -> true)).containsExactlyElementsOf(copy.values());
        }
    }

    private interface Change {
        void make(Random random, Pid pid);
    }

    /// Has many threads change a registry for the same few processes, which end meanwhile and are followed by
    /// others.
    private void churn(int changes, Change change) {
        List<Pid> processes =
                new ArrayList<>(Stream.generate(this::holder).limit(4).toList());
        Race race = new Race();
        for (int thread : IntStream.range(0, 6).toArray()) {
            race.add(() -> {
                Random random = new Random(thread);
                for (int i = 0; i < changes; i++) {
                    int index = random.nextInt(processes.size());
                    Pid pid;
                    synchronized (processes) {
                        pid = processes.get(index);
                        if (random.nextInt(20) == 0) {
                            processes.set(index, holder());
                        }
                    }
                    try {
                        change.make(random, pid);
                    } catch (ExitException _) {
                        // ended
                    }
                    if (random.nextInt(20) == 0) {
                        node.exit(pid, ExitReason.killed());
                    }
                }
            });
        }
        race.run();
    }

    /// All that have come.
    private static List<RegistryNotice> notices() {
        return Stream.generate(() -> Self.receive(RegistryNotice.class, Duration.ZERO))
                .takeWhile(Optional::isPresent)
                .map(Optional::orElseThrow)
                .toList();
    }

    private Pid holder() {
        return node.spawn(() -> Self.receive(String.class));
    }
}
