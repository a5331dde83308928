package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DuplicateRegistryTest {

    private record Topic(String name) {}

    private static final Topic REEFS = new Topic("reefs");
    private static final Topic WRECKS = new Topic("wrecks");

    private final Node node = Node.start("alpha");
    private final DuplicateRegistry registry = DuplicateRegistry.of(node, "topics");

    @AfterEach
    void close() {
        node.close();
    }

    // ---- registering

    @Test
    void aKeyLeadsToAllItsProcessesInTheOrderInWhichTheyCame() {
        Pid first = holder();
        Pid second = holder();

        RegistryEntry one = registry.register(REEFS, second, "b");
        RegistryEntry two = registry.register(REEFS, first, "a");
        registry.register(WRECKS, first, "c");

        assertThat(registry.lookup(new Topic("reefs"))).containsExactly(one, two);
        assertThat(one).isEqualTo(new RegistryEntry(REEFS, second, "b", one.token()));
        assertThat(registry.lookup(new Topic("shoals"))).isEmpty();
        assertThat(registry.count()).isEqualTo(3);
    }

    @Test
    void aProcessMayBeThereSeveralTimesEvenWithTheSameValue() {
        Pid holder = holder();

        List<RegistryEntry> entries = List.of(
                registry.register(REEFS, holder, "a"),
                registry.register(REEFS, holder, "b"),
                registry.register(REEFS, holder, "a"));

        assertThat(registry.lookup(REEFS)).isEqualTo(entries);
        assertThat(entries).extracting(RegistryEntry::token).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aProcessThatHasEndedIsNotRegistered() {
        Pid gone = holder();
        node.exit(gone, ExitReason.killed());

        assertThatThrownBy(() -> registry.register(REEFS, gone, ""))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.NoProcess(gone.toString())));
        assertThat(registry.lookup(REEFS)).isEmpty();
        assertThat(registry.count()).isZero();
    }

    @Test
    void aProcessElsewhereIsNotRegistered() {
        Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

        assertThatThrownBy(() -> registry.register(REEFS, elsewhere, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(elsewhere.toString());
    }

    @Test
    void registriesShareNothing() {
        DuplicateRegistry other = DuplicateRegistry.of(node, "topics");
        Pid holder = holder();
        registry.register(REEFS, holder, "");

        assertThat(other.lookup(REEFS)).isEmpty();
        assertThat(other.keys(holder)).isEmpty();
        assertThat(other.unregister(holder, _ -> true)).isZero();
        assertThat(registry.count()).isEqualTo(1);
    }

    // ---- giving up

    @Test
    void aProcessLeavesAKeyWithAllItsEntriesAndOthersStay() {
        Pid leaving = holder();
        Pid staying = holder();
        registry.register(REEFS, leaving, 1);
        RegistryEntry stays = registry.register(REEFS, staying, 2);
        registry.register(REEFS, leaving, 3);
        registry.register(WRECKS, leaving, 4);

        registry.unregister(REEFS, leaving);
        registry.unregister(REEFS, leaving);

        assertThat(registry.lookup(REEFS)).containsExactly(stays);
        assertThat(registry.keys(leaving)).containsExactly(WRECKS);
        assertThat(registry.count()).isEqualTo(2);
    }

    @Test
    void aProcessGivesUpThoseOfItsEntriesThatFit() {
        Pid mine = holder();
        Pid others = holder();
        for (int i = 0; i < 6; i++) {
            registry.register(REEFS, mine, i);
            registry.register(REEFS, others, i);
        }

        assertThat(registry.unregister(mine, entry -> (int) entry.value() % 2 == 1))
                .isEqualTo(3);

        assertThat(registry.values(REEFS, mine)).containsExactly(0, 2, 4);
        assertThat(registry.values(REEFS, others)).hasSize(6);
    }

    @Test
    void oneOfSeveralEqualEntriesIsGivenUpByItself() {
        Pid holder = holder();
        RegistryEntry first = registry.register(REEFS, holder, "");
        RegistryEntry second = registry.register(REEFS, holder, "");

        assertThat(registry.unregister(holder, first::equals)).isEqualTo(1);

        assertThat(registry.lookup(REEFS)).containsExactly(second);
    }

    @Test
    void registeringAndGivingUpLeavesNothingBehind() {
        Steps.run(node, () -> {
            for (int i = 0; i < 500; i++) {
                registry.register(REEFS, Self.pid(), i);
                registry.register(REEFS, Self.pid(), i);
                registry.unregister(REEFS, Self.pid());
                registry.register(WRECKS, Self.pid(), i);
                registry.unregister(Self.pid(), _ -> true);
            }

            assertThat(Optional.ofNullable(node.here(Self.pid())).orElseThrow().claims())
                    .isZero();
            assertThat(registry.entries()).isEmpty();
            assertThat(registry.count()).isZero();
        });
    }

    // ---- ends

    @Test
    void entriesAreGoneBeforeAnybodyIsToldOfTheEnd() {
        Steps.run(node, () -> {
            for (int i = 0; i < 300; i++) {
                Pid holder = holder();
                registry.register(REEFS, holder, 1);
                registry.register(REEFS, holder, 2);
                registry.register(WRECKS, holder, 3);
                Ref monitor = Self.monitor(holder);
                if (i % 2 == 0) {
                    Self.send(holder, "end");
                } else {
                    Self.exit(holder, ExitReason.killed());
                }
                Steps.end(monitor);

                assertThat(registry.lookup(REEFS)).isEmpty();
                assertThat(registry.lookup(WRECKS)).isEmpty();
                assertThat(registry.keys(holder)).isEmpty();
                assertThat(registry.count()).isZero();
            }
        });
    }

    @Test
    void nothingIsLeftOfAProcessThatEndsWhileManyRegisterIt() {
        for (int round = 0; round < Race.rounds(200); round++) {
            Pid ending = holder();
            Pid staying = holder();
            Race race = new Race();
            for (int i = 0; i < 6; i++) {
                race.add(() -> {
                    try {
                        registry.register(REEFS, ending, "");
                        registry.register(WRECKS, ending, "");
                    } catch (ExitException _) {
                        // ended
                    }
                });
                race.add(() -> registry.register(REEFS, staying, ""));
            }
            race.add(() -> node.exit(ending, ExitReason.killed()));
            race.run();

            assertThat(registry.lookup(REEFS))
                    .hasSize(6)
                    .allMatch(entry -> entry.pid().equals(staying));
            assertThat(registry.lookup(WRECKS)).isEmpty();
            assertThat(registry.count()).isEqualTo(6);
            registry.unregister(REEFS, staying);
        }
    }

    // ---- queries

    @Test
    void aProcessHasEachOfItsKeysOnce() {
        Pid holder = holder();
        registry.register(WRECKS, holder, 1);
        registry.register(REEFS, holder, 2);
        registry.register(WRECKS, holder, 3);
        registry.register(new Topic("shoals"), holder(), 4);

        assertThat(registry.keys(holder)).containsExactly(WRECKS, REEFS);
        assertThat(registry.keys(holder())).isEmpty();
    }

    @Test
    void theValuesOfAProcessUnderAKeyComeInOrder() {
        Pid holder = holder();
        registry.register(REEFS, holder, 3);
        registry.register(REEFS, holder(), 2);
        registry.register(WRECKS, holder, 5);
        registry.register(REEFS, holder, 1);

        assertThat(registry.values(REEFS, holder)).containsExactly(3, 1);
        assertThat(registry.values(REEFS, holder())).isEmpty();
    }

    @Test
    void entriesAreSelectedOverAllKeysInTheOrderInWhichTheyCame() {
        Pid holder = holder();
        for (int i : List.of(4, 2, 7, 1)) {
            registry.register(i % 2 == 0 ? REEFS : WRECKS, holder, i);
        }

        assertThat(registry.select(_ -> true)).extracting(RegistryEntry::value).containsExactly(4, 2, 7, 1);
        assertThat(registry.select(entry -> entry.key() instanceof Topic(String name) && name.equals("wrecks")))
                .extracting(RegistryEntry::value)
                .containsExactly(7, 1);
        assertThat(registry.count(entry -> (int) entry.value() < 5)).isEqualTo(3);
    }

    @Test
    void aListThatWasLookedUpDoesNotChange() {
        Pid holder = holder();
        RegistryEntry first = registry.register(REEFS, holder, 1);
        List<RegistryEntry> before = registry.lookup(REEFS);

        registry.register(REEFS, holder, 2);
        registry.unregister(REEFS, holder);

        assertThat(before).containsExactly(first);
        assertThatThrownBy(before::removeFirst).isInstanceOf(UnsupportedOperationException.class);
    }

    /// A list made under way would have a hole, or an end too early.
    @Test
    void aLookupShowsAProcessWithAllItsEntriesOrNone() {
        Pid anchor = holder();
        registry.register(REEFS, anchor, 0);
        AtomicBoolean done = new AtomicBoolean();
        Race race = new Race();
        race.add(() -> {
            Pid pid = holder();
            for (int round = 0; round < Race.rounds(2000); round++) {
                for (int i = 1; i <= 3; i++) {
                    registry.register(REEFS, pid, i);
                }
                registry.unregister(REEFS, pid);
            }
            done.set(true);
        });
        for (int reader = 0; reader < 3; reader++) {
            race.add(() -> Steps.until("the writer", () -> {
                List<Object> values = registry.lookup(REEFS).stream()
                        .map(RegistryEntry::value)
                        .toList();
                assertThat(values)
                        .isEqualTo(IntStream.range(0, values.size()).boxed().toList());
                return done.get();
            }));
        }
        race.run();
    }

    // ---- dispatch

    @Test
    void aDispatchReachesEveryProcessOfTheKey() {
        Steps.run(node, () -> {
            registry.register(REEFS, Self.pid(), "hello");
            registry.register(REEFS, Self.pid(), "ahoy");
            registry.register(WRECKS, Self.pid(), "boo");

            registry.dispatch(REEFS, entries -> entries.forEach(entry -> Self.send(entry.pid(), entry.value())));

            assertThat(Steps.next(String.class)).isEqualTo("hello");
            assertThat(Steps.next(String.class)).isEqualTo("ahoy");
            assertThat(Self.receive(Object.class, Steps.A_MOMENT)).isEmpty();
        });
    }

    @Test
    void aDispatchToNobodyIsNotCalled() {
        Pid holder = holder();
        registry.register(REEFS, holder, "");
        registry.unregister(REEFS, holder);
        List<List<RegistryEntry>> calls = new ArrayList<>();

        registry.dispatch(REEFS, calls::add);

        assertThat(calls).isEmpty();
    }

    @Test
    void aDispatchHoldsNobodyUpAndFailsInItsCaller() {
        Pid holder = holder();
        registry.register(REEFS, holder, "");

        assertThatThrownBy(() -> registry.dispatch(REEFS, _ -> {
                    // Another thread, so that a lock held here would be in its way.
                    new Race().add(() -> registry.unregister(REEFS, holder)).run();
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(registry.lookup(REEFS)).isEmpty();
    }

    // ---- meta

    @Test
    void aRegistryKeepsValuesOfItsOwn() {
        registry.putMeta("limit", 10);
        assertThat(registry.meta("limit")).contains(10);

        registry.deleteMeta("limit");
        assertThat(registry.meta("limit")).isEmpty();
    }

    @Test
    void aRegistryBearsItsName() {
        assertThat(registry.name()).isEqualTo("topics");
        assertThat(registry).hasToString("topics");
    }

    private Pid holder() {
        return node.spawn(() -> Self.receive(String.class));
    }
}
