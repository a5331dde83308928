package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Account.Balance;
import dev.pando.core.Account.Deposit;
import dev.pando.core.LocalRegistry.Updated;
import dev.pando.core.Registration.Registered;
import dev.pando.core.Registration.Taken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LocalRegistryTest {

    private record Reef(int number) {}

    private static final Reef KEY = new Reef(7);

    private final Node node = Node.start("alpha");
    private final LocalRegistry registry = LocalRegistry.of(node, "reefs");

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void aClaimedKeyLeadsToItsHolderAndValue() {
        Pid holder = holder();

        assertThat(registry.register(KEY, holder, "north")).isInstanceOf(Registered.class);

        assertThat(registry.lookup(new Reef(7))).contains(holder);
        assertThat(registry.value(new Reef(7))).contains("north");
        assertThat(registry.count()).isEqualTo(1);
        assertThat(registry.lookup(new Reef(8))).isEmpty();
        assertThat(registry.value(new Reef(8))).isEmpty();
    }

    @Test
    void aHeldKeyIsTakenForOthersAndForTheHolderItself() {
        Pid holder = holder();
        registry.register(KEY, holder, "first");

        assertThat(registry.register(KEY, holder(), "second")).isEqualTo(new Taken(holder));
        assertThat(registry.register(KEY, holder, "third")).isEqualTo(new Taken(holder));
        assertThat(registry.value(KEY)).contains("first");
    }

    @Test
    void oneOfManyRacingClaimsWins() {
        for (int round = 0; round < 50; round++) {
            Reef key = new Reef(round);
            AtomicBoolean go = new AtomicBoolean();
            LinkedBlockingQueue<Registration> outcomes = new LinkedBlockingQueue<>();
            CountDownLatch done = new CountDownLatch(1);
            for (int i = 0; i < 16; i++) {
                node.spawn(() -> {
                    Steps.spinUntil(go);
                    outcomes.add(Self.register(registry, key, ""));
                    Steps.await(done);
                });
            }
            go.set(true);
            List<Registration> all =
                    Stream.generate(() -> Steps.poll(outcomes)).limit(16).toList();

            assertThat(all).filteredOn(Registered.class::isInstance).hasSize(1);
            Pid winner = registry.lookup(key).orElseThrow();
            assertThat(all).filteredOn(Taken.class::isInstance).containsOnly(new Taken(winner));
            done.countDown();
        }
    }

    @Test
    void aKeyIsFreeBeforeAnybodyIsToldOfTheEnd() {
        Steps.run(node, () -> {
            for (int i = 0; i < Race.rounds(300); i++) {
                Pid holder = holder();
                registry.register(KEY, holder, "");
                Ref monitor = Self.monitor(holder);
                if (i % 2 == 0) {
                    Self.send(holder, "end");
                } else {
                    Self.exit(holder, ExitReason.killed());
                }
                Steps.end(monitor);

                assertThat(registry.lookup(KEY)).isEmpty();
                assertThat(registry.count()).isZero();
            }
        });
    }

    @Test
    void aKeyClaimedForAnEndingProcessIsFreeOnceItsEndIsKnown() {
        for (int i = 0; i < Race.rounds(1500); i++) {
            AtomicBoolean go = new AtomicBoolean();
            CompletableFuture<Thread> began = new CompletableFuture<>();
            Pid holder = node.spawn(() -> {
                began.complete(Thread.currentThread());
                Steps.spinUntil(go);
            });
            Thread thread = Steps.get(began, "holder");
            CompletableFuture<Boolean> claimed = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                Steps.spinUntil(go);
                try {
                    registry.register(KEY, holder, "");
                } catch (ExitException _) {
                    // ended
                }
                claimed.complete(true);
            });
            go.set(true);
            Steps.join(thread);

            assertThat(registry.lookup(KEY)).isEmpty();
            Pid next = holder();
            assertThat(registry.register(KEY, next, "")).isInstanceOf(Registered.class);
            Steps.get(claimed, "claim");
            assertThat(registry.lookup(KEY)).contains(next);
            registry.unregister(KEY, next);
            node.send(next, "end");
        }
    }

    @Test
    void aProcessThatHasEndedClaimsNothing() {
        Pid gone = Steps.get(node, () -> {
            Pid pid = Self.spawn(() -> {});
            Steps.end(pid);
            return pid;
        });

        assertThatThrownBy(() -> registry.register(KEY, gone, ""))
                .isInstanceOfSatisfying(
                        ExitException.class,
                        exit -> assertThat(exit.reason()).isEqualTo(new ExitReason.NoProcess(gone.toString())));
        assertThat(registry.lookup(KEY)).isEmpty();
        assertThat(registry.count()).isZero();
    }

    @Test
    void aProcessElsewhereClaimsNothing() {
        Pid elsewhere = new Pid(NodeName.of("beta"), 1, 1);

        assertThatThrownBy(() -> registry.register(KEY, elsewhere, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(elsewhere.toString());
    }

    @Test
    void onlyTheHolderGivesAKeyUp() {
        Pid holder = holder();
        registry.register(KEY, holder, "");

        registry.unregister(KEY, holder());
        assertThat(registry.lookup(KEY)).contains(holder);
        registry.unregister(KEY, holder);
        assertThat(registry.lookup(KEY)).isEmpty();
        registry.unregister(KEY, holder);

        assertThat(registry.register(KEY, holder(), "")).isInstanceOf(Registered.class);
    }

    @Test
    void theEndOfAFormerHolderLeavesTheKeyToTheNext() {
        Pid former = holder();
        Pid next = holder();
        registry.register(KEY, former, "same value");
        registry.unregister(KEY, former);
        registry.register(KEY, next, "same value");

        Steps.run(node, () -> {
            Self.send(former, "end");
            Steps.end(former);
        });

        assertThat(registry.lookup(KEY)).contains(next);
    }

    @Test
    void aKeyOfAProcessThatWasJustKilledIsClaimedOnTheSpot() {
        for (int i = 0; i < Race.rounds(300); i++) {
            Pid former = holder();
            registry.register(KEY, former, "");
            node.exit(former, ExitReason.killed());

            Pid next = holder();
            assertThat(registry.register(KEY, next, "")).isInstanceOf(Registered.class);
            registry.unregister(KEY, next);
        }
    }

    @Test
    void nothingIsLeftOfAProcessThatEndsWhileManyClaimForIt() {
        for (int round = 0; round < Race.rounds(200); round++) {
            Pid ending = holder();
            Race race = new Race();
            for (int i = 0; i < 8; i++) {
                Reef key = new Reef(i);
                race.add(() -> {
                    try {
                        registry.register(key, ending, "");
                    } catch (ExitException _) {
                        // ended
                    }
                });
            }
            race.add(() -> node.exit(ending, ExitReason.killed()));
            race.run();

            assertThat(registry.count()).isZero();
            assertThat(registry.select(_ -> true)).isEmpty();
            assertThat(registry.keys(ending)).isEmpty();
        }
    }

    @Test
    void registriesShareNothing() {
        LocalRegistry other = LocalRegistry.of(node, "reefs");
        registry.register(KEY, holder(), "");

        assertThat(other.lookup(KEY)).isEmpty();
        assertThat(other.register(KEY, holder(), "")).isInstanceOf(Registered.class);
    }

    @Test
    void everyVerbReachesTheHolder() {
        Pid account = node.start(new Account("ada"));
        registry.register("ada", account, "");
        Via ada = registry.via("ada");

        node.cast(ada, new Deposit(2));
        node.send(ada, new Deposit(3));
        assertThat(node.call(ada, new Balance())).isEqualTo(5);

        Steps.run(node, () -> {
            Self.cast(ada, new Deposit(4));
            Self.send(ada, new Deposit(5));
            assertThat(Self.call(ada, new Balance())).isEqualTo(14);
            Ref monitor = Self.monitor(ada);
            Self.exit(account, ExitReason.killed());
            assertThat(Steps.end(monitor)).isEqualTo(ExitReason.killed());
        });
    }

    @Test
    void aViaSaysKeyAndRegistry() {
        assertThat(registry.via("ada")).hasToString("ada in reefs");
    }

    // ---- values

    @Test
    void theHolderChangesItsValueAndKeepsItsToken() {
        Pid holder = holder();
        Token token = claim(holder);

        assertThat(registry.update(KEY, holder, value -> value + "south")).contains(new Updated("south", ""));
        assertThat(registry.update(KEY, holder, _ -> "west")).contains(new Updated("west", "south"));

        assertThat(registry.value(KEY)).contains("west");
        assertThat(registry.select(_ -> true)).containsExactly(new RegistryEntry(KEY, holder, "west", token));
        registry.unregister(KEY, holder);
        assertThat(registry.lookup(KEY)).isEmpty();
    }

    @Test
    void onlyTheHolderChangesAValue() {
        Pid holder = holder();
        AtomicBoolean called = new AtomicBoolean();
        UnaryOperator<Object> change = _ -> called.compareAndSet(false, true);

        assertThat(registry.update(KEY, holder, change)).isEmpty();
        registry.register(KEY, holder, "north");
        assertThat(registry.update(KEY, holder(), change)).isEmpty();

        assertThat(called).isFalse();
        assertThat(registry.value(KEY)).contains("north");
    }

    @Test
    void noneOfManyRacingChangesIsLost() {
        Pid holder = holder();
        registry.register(KEY, holder, 0);
        Race race = new Race();
        for (int i = 0; i < 16; i++) {
            race.add(() -> {
                for (int round = 0; round < 200; round++) {
                    registry.update(KEY, holder, value -> (int) value + 1);
                }
            });
        }
        race.run();

        assertThat(registry.value(KEY)).contains(16 * 200);
    }

    @Test
    void aChangeThatFailsChangesNothing() {
        Pid holder = holder();
        registry.register(KEY, holder, "north");

        assertThatThrownBy(() -> registry.update(KEY, holder, _ -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(registry.value(KEY)).contains("north");
    }

    @Test
    void aKeyThatIsGivenUpDuringAChangeStaysFree() {
        Pid holder = holder();
        registry.register(KEY, holder, "north");

        assertThat(registry.update(KEY, holder, _ -> {
                    // Another thread, so that a lock held here would be in its way.
                    new Race().add(() -> registry.unregister(KEY, holder)).run();
                    return "south";
                }))
                .isEmpty();
        assertThat(registry.lookup(KEY)).isEmpty();
    }

    @Test
    void aChangedValueGoesWithItsProcess() {
        Pid holder = holder();
        registry.register(KEY, holder, "north");
        registry.update(KEY, holder, _ -> "south");

        node.exit(holder, ExitReason.killed());

        assertThat(registry.value(KEY)).isEmpty();
        assertThat(registry.count()).isZero();
    }

    // ---- queries

    @Test
    void theKeysOfAProcessComeInTheOrderOfItsClaims() {
        Pid holder = holder();
        for (int i : List.of(5, 1, 9, 3)) {
            registry.register(new Reef(i), holder, "");
        }
        LocalRegistry.of(node, "other").register(new Reef(4), holder, "");
        registry.register(new Reef(2), holder(), "");
        registry.unregister(new Reef(9), holder);

        assertThat(registry.keys(holder)).containsExactly(new Reef(5), new Reef(1), new Reef(3));
    }

    @Test
    void aProcessWithoutClaimsHasNoKeys() {
        Pid gone = holder();
        registry.register(KEY, gone, "");
        node.exit(gone, ExitReason.killed());

        assertThat(registry.keys(holder())).isEmpty();
        assertThat(registry.keys(gone)).isEmpty();
        assertThat(registry.keys(new Pid(NodeName.of("beta"), 1, 1))).isEmpty();
    }

    @Test
    void entriesAreSelectedByKeyProcessAndValueInTheOrderOfTheirClaims() {
        Pid north = holder();
        Pid south = holder();
        for (int i : List.of(4, 2, 7, 1)) {
            registry.register(new Reef(i), i % 2 == 0 ? north : south, i * 10);
        }

        assertThat(registry.select(_ -> true)).extracting(RegistryEntry::value).containsExactly(40, 20, 70, 10);
        assertThat(registry.select(entry -> entry.key() instanceof Reef(int number) && number > 2))
                .extracting(RegistryEntry::value)
                .containsExactly(40, 70);
        assertThat(registry.select(entry -> entry.pid().equals(south)))
                .extracting(RegistryEntry::key)
                .containsExactly(new Reef(7), new Reef(1));
        assertThat(registry.count(entry -> (int) entry.value() < 50)).isEqualTo(3);
        assertThat(registry.count(_ -> false)).isZero();
    }

    @Test
    void aProcessGivesUpThoseOfItsKeysThatFit() {
        Pid mine = holder();
        Pid others = holder();
        for (int i = 0; i < 10; i++) {
            registry.register(new Reef(i), i < 6 ? mine : others, i % 2);
        }

        assertThat(registry.unregister(mine, entry -> entry.value().equals(1))).isEqualTo(3);

        assertThat(registry.keys(mine)).containsExactly(new Reef(0), new Reef(2), new Reef(4));
        assertThat(registry.keys(others)).hasSize(4);
        assertThat(registry.unregister(mine, entry -> entry.value().equals(1))).isZero();
        assertThat(registry.unregister(mine, _ -> true)).isEqualTo(3);
        assertThat(registry.count()).isEqualTo(4);
    }

    @Test
    void aQueryHoldsNobodyUp() {
        registry.register(KEY, holder(), "");

        assertThat(registry.select(entry -> {
                    // Another thread, so that a lock held here would be in its way.
                    new Race().add(() -> registry.unregister(KEY, entry.pid())).run();
                    return true;
                }))
                .hasSize(1);
        assertThat(registry.count()).isZero();
    }

    // ---- meta

    @Test
    void aRegistryKeepsValuesOfItsOwn() {
        assertThat(registry.meta("limit")).isEmpty();

        registry.putMeta("limit", 10);
        registry.putMeta("limit", 20);
        assertThat(registry.meta("limit")).contains(20);
        assertThat(registry.lookup("limit")).isEmpty();
        assertThat(LocalRegistry.of(node, "reefs").meta("limit")).isEmpty();

        registry.deleteMeta("limit");
        registry.deleteMeta("limit");
        assertThat(registry.meta("limit")).isEmpty();
    }

    // ---- tokens

    @Test
    void laterClaimsHaveHigherTokens() {
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Pid holder = holder();
            tokens.add(claim(holder));
            registry.unregister(KEY, holder);
        }

        assertThat(tokens).isSorted().doesNotHaveDuplicates();
        assertThat(tokens.stream().map(Token::toString)).isSorted();
    }

    private Token claim(Pid pid) {
        return switch (registry.register(KEY, pid, "")) {
            case Registered(Token token) -> token;
            case Taken taken -> throw new AssertionError(taken);
        };
    }

    @Test
    void racingHoldersSeeTokensThatGrow() {
        LinkedBlockingQueue<Token> tokens = new LinkedBlockingQueue<>();
        CountDownLatch done = new CountDownLatch(4);
        for (int i = 0; i < 4; i++) {
            node.spawn(() -> {
                for (int round = 0; round < 2000; round++) {
                    if (Self.register(registry, KEY, "") instanceof Registered(Token token)) {
                        tokens.add(token);
                        registry.unregister(KEY, Self.pid());
                    }
                }
                done.countDown();
            });
        }
        Steps.await(done);

        assertThat(List.copyOf(tokens)).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theHolderKnowsItsToken() {
        Steps.run(node, () -> {
            Registration registration = Self.register(registry, KEY, "");

            assertThat(registration).isEqualTo(new Registered(Self.token(registry, KEY)));
            assertThatThrownBy(() -> Self.token(registry, new Reef(8)))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessageContaining("Reef[number=8]");
        });
    }

    @Test
    void theSameKeyInTwoRegistriesHasTwoTokens() {
        LocalRegistry other = LocalRegistry.of(node, "reefs");
        Steps.run(node, () -> {
            Registration here = Self.register(registry, KEY, "");
            Registration there = Self.register(other, KEY, "");

            assertThat(here).isEqualTo(new Registered(Self.token(registry, KEY)));
            assertThat(there).isEqualTo(new Registered(Self.token(other, KEY)));

            registry.unregister(KEY, Self.pid());
            assertThatThrownBy(() -> Self.token(registry, KEY)).isInstanceOf(NoSuchElementException.class);
            assertThat(there).isEqualTo(new Registered(Self.token(other, KEY)));
        });
    }

    @Test
    void aKeyOfARegistryIsNotAnIdUnderWhichTheProcessWasStarted() {
        Steps.run(node, () -> {
            Self.register(registry, KEY, "");

            assertThatThrownBy(() -> Self.token(KEY)).isInstanceOf(NoSuchElementException.class);
        });
    }

    @Test
    void aKeyThatWasGivenUpHasNoToken() {
        Steps.run(node, () -> {
            Self.register(registry, KEY, "");
            registry.unregister(KEY, Self.pid());

            assertThatThrownBy(() -> Self.token(registry, KEY)).isInstanceOf(NoSuchElementException.class);
        });
    }

    @Test
    void claimingAndGivingUpLeavesNothingBehind() {
        Steps.run(node, () -> {
            for (int i = 0; i < 1000; i++) {
                Self.register(registry, KEY, i);
                registry.unregister(KEY, Self.pid());
                Self.register(registry, KEY, i);
                registry.unregister(Self.pid(), _ -> true);
            }

            assertThat(Optional.ofNullable(node.here(Self.pid())).orElseThrow().claims())
                    .isZero();
        });
    }

    @Test
    void aServerClaimsItsKeyInInit() {
        node.start(new Keyed(registry, KEY, false));
        assertThat(registry.lookup(KEY)).isPresent();

        LocalRegistry other = LocalRegistry.of(node, "other");
        assertThatThrownBy(() -> node.start(new Keyed(other, KEY, true))).isInstanceOf(ExitException.class);
        assertThat(other.lookup(KEY)).isEmpty();
    }

    /// Claims a key when it starts, and may fail afterwards.
    record Keyed(Registry registry, Object key, boolean failing) implements GenServer<Deposit, Integer> {
        @Override
        public Integer init() {
            Self.register(registry, key, "");
            if (failing) {
                throw new IllegalStateException("after the claim");
            }
            return 0;
        }

        @Override
        public Step<Integer> handle(Deposit message, Integer state) {
            return Step.noReply(state);
        }
    }

    private Pid holder() {
        return node.spawn(() -> Self.receive(String.class, Duration.ofMinutes(1)));
    }
}
