package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.LocalRegistry;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryEntry;
import dev.pando.core.Restart;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.Via;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a registry of three nodes can be asked, and how its values change. Each test has keys of its own.
class HordeRegistryQueriesTest {

    /// A server that can be told and asked.
    record Counter() implements GenServer<Counter.Message, Integer> {

        sealed interface Message {}

        record Add(int many) implements Message, Cast {}

        record Count() implements Message, Call<Integer> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Message message, Integer count) {
            return switch (message) {
                case Add(int many) -> Step.noReply(count + many);
                case Count asked -> Step.reply(asked, count, count);
            };
        }
    }

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Herd herd;
    private static List<HordeRegistry> registries;

    @BeforeAll
    static void start() {
        herd = new Herd(3, Counter.Message.class);
        registries = Names.on(herd);
    }

    @AfterAll
    static void stop() {
        herd.close();
    }

    private static Holder holder(int node) {
        return new Holder(herd.node(node));
    }

    private static void awaitValue(Object key, Object value) {
        Eventually.holds(() -> assertThat(registries)
                .allMatch(one -> one.value(key).filter(value::equals).isPresent()));
    }

    @Test
    void aNameIsRefusedToItsHolderAsToOthers() {
        Holder holder = holder(0);
        registries.get(0).register("twice", holder.pid, "first");

        assertThat(registries.get(0).register("twice", holder.pid, "second"))
                .isEqualTo(new Registration.Taken(holder.pid));
        assertThat(registries.get(0).register("twice", holder(0).pid, "third"))
                .isEqualTo(new Registration.Taken(holder.pid));
        assertThat(registries.get(0).value("twice")).contains("first");
        assertThat(registries.get(0).keys(holder.pid)).containsExactly("twice");

        registries.get(0).register("twice, another", holder.pid, 1);

        assertThat(registries.get(0).keys(holder.pid)).containsExactly("twice", "twice, another");
    }

    @Test
    void aProcessHasNoKeysBeforeItIsRegisteredAndAfterItIsNot() {
        Holder near = holder(0);
        Holder far = holder(1);
        assertThat(registries.get(0).keys(near.pid)).isEmpty();
        assertThat(registries.get(0).keys(far.pid)).isEmpty();
        for (int i = 2; i >= 0; i--) {
            registries.get(0).register("near" + i, near.pid, i);
            registries.get(0).register("far" + i, far.pid, i);
        }

        assertThat(registries.get(0).keys(near.pid)).containsExactly("near2", "near1", "near0");
        assertThat(registries.get(0).keys(far.pid)).containsExactly("far2", "far1", "far0");
        Eventually.holds(() -> assertThat(registries.get(2).keys(far.pid)).containsExactly("far2", "far1", "far0"));

        registries.get(0).unregister("near1", near.pid);
        far.stop();

        assertThat(registries.get(0).keys(near.pid)).containsExactly("near2", "near0");
        Eventually.holds(
                () -> assertThat(registries).allMatch(one -> one.keys(far.pid).isEmpty()));
    }

    @Test
    void entriesAreSelectedByWhateverTheyHold() {
        Holder near = holder(0);
        Holder far = holder(1);
        for (int i = 0; i < 10; i++) {
            registries.get(0).register("select" + i, i % 2 == 0 ? near.pid : far.pid, i);
        }

        List<RegistryEntry> found = registries
                .get(0)
                .select(entry -> entry.key().toString().startsWith("select") && (int) entry.value() > 4);

        assertThat(found).extracting(RegistryEntry::value).containsExactly(5, 6, 7, 8, 9);
        assertThat(found).isSortedAccordingTo((one, other) -> one.token().compareTo(other.token()));
        Eventually.holds(() -> assertThat(registries)
                .allMatch(
                        one -> one.select(entry -> entry.pid().equals(far.pid)).size() == 5));
        assertThat(registries.get(0).count(entry -> entry.pid().equals(near.pid)))
                .isEqualTo(5);
        assertThat(registries.get(0).select(_ -> false)).isEmpty();
        assertThat(registries.get(0).select(_ -> true))
                .hasSize(registries.get(0).count());
        assertThatThrownBy(() -> registries.get(0).select(_ -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aNameIsADestinationForEveryVerbOnEveryNode() throws Exception {
        registries.get(0).register("counter", herd.node(1).start(new Counter()), "v");
        for (HordeRegistry registry : registries) {
            Eventually.holds(() -> assertThat(registry.lookup("counter")).isPresent());
            registry.node.cast(registry.via("counter"), new Counter.Add(1));
        }
        Eventually.holds(() -> assertThat(registries)
                .allMatch(one -> one.node.call(one.via("counter"), new Counter.Count(), LIMIT) == 3));
        CompletableFuture<Object> sent = new CompletableFuture<>();
        Pid ear = herd.node(1).spawn(() -> sent.complete(Self.receive(Object.class)));
        registries.get(0).register("ear", ear, 1);

        herd.node(0).send(registries.get(0).via("ear"), "hello");

        assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
    }

    @Test
    void anUnknownNameIsNoDestination() {
        Via nobody = registries.get(0).via("nobody");

        assertThatThrownBy(() -> herd.node(0).call(nobody, new Counter.Count(), LIMIT))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));
    }

    @Test
    void aChildSpecIsThatOfAServerWhichIsRestarted() {
        ChildSpec spec = registries.get(0).childSpec();

        assertThat(spec.restart()).isEqualTo(Restart.PERMANENT);
        assertThat(spec.id()).isEqualTo("pando.registry.names");
    }

    // ---- values

    @Test
    void aHoldersValueIsChangedForAll() {
        Holder holder = holder(1);
        registries.get(0).register("value", holder.pid, 1);

        Optional<LocalRegistry.Updated> updated =
                registries.get(0).update("value", holder.pid, value -> (int) value + 1);

        assertThat(updated).contains(new LocalRegistry.Updated(2, 1));
        assertThat(registries.get(0).value("value")).contains(2);
        awaitValue("value", 2);
        assertThat(registries.get(1).update("value", holder.pid, value -> (int) value + 1))
                .contains(new LocalRegistry.Updated(3, 2));
        awaitValue("value", 3);
    }

    @Test
    void aValueIsNotChangedForWhoDoesNotHoldTheKey() {
        Holder holder = holder(0);
        registries.get(0).register("foreign", holder.pid, 1);

        assertThat(registries.get(0).update("foreign", holder(0).pid, _ -> 2)).isEmpty();
        assertThat(registries.get(0).update("foreign", holder(1).pid, _ -> 2)).isEmpty();
        assertThat(registries.get(0).update("unheard of", holder.pid, _ -> 2)).isEmpty();

        awaitValue("foreign", 1);
    }

    @Test
    void anExceptionAtAChangeIsTheCallersAndChangesNothing() {
        Holder holder = holder(1);
        registries.get(0).register("raised", holder.pid, 1);

        assertThatThrownBy(() -> registries.get(0).update("raised", holder.pid, _ -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> registries.get(0).update("raised", holder.pid, HordeRegistryQueriesTest::nothing))
                .isInstanceOf(NullPointerException.class);

        awaitValue("raised", 1);
    }

    @SuppressWarnings("NullAway")
    private static Object nothing(Object value) {
        return null;
    }

    @Test
    void noChangeIsLostThatTwoNodesMakeAtOnce() {
        Holder holder = holder(0);
        registries.get(0).register("sum", holder.pid, 0);
        awaitValue("sum", 0);
        Callers<Integer> callers = new Callers<>();
        for (HordeRegistry registry : registries) {
            callers.add(() -> {
                int last = 0;
                for (int i = 0; i < 100; i++) {
                    last = (int) registry.update("sum", holder.pid, value -> (int) value + 1)
                            .orElseThrow()
                            .value();
                    assertThat((int) registry.value("sum").orElseThrow()).isGreaterThanOrEqualTo(last);
                }
                return last;
            });
        }

        assertThat(callers.go().results()).contains(300);
        awaitValue("sum", 300);
    }

    @Test
    void aCallerElsewhereReadsWhatItHasDone() {
        HordeRegistry caller = registries.get(2);
        Holder holder = holder(1);
        for (int i = 0; i < 100; i++) {
            String key = "own" + i % 3;
            int value = i;
            assertThat(caller.register(key, holder.pid, -1)).isInstanceOf(Registration.Registered.class);
            assertThat(caller.lookup(key)).contains(holder.pid);
            caller.update(key, holder.pid, _ -> value);
            assertThat(caller.value(key)).contains(value);
            caller.unregister(key, holder.pid);
            assertThat(caller.lookup(key)).isEmpty();
        }
    }

    // ---- giving up

    @Test
    void onlyFittingEntriesOfTheProcessAreGivenUp() {
        Holder one = holder(0);
        Holder other = holder(0);
        Holder far = holder(1);
        for (int i = 0; i < 6; i++) {
            registries.get(0).register("one" + i, one.pid, i);
            registries.get(0).register("other" + i, other.pid, i);
            registries.get(0).register("far" + i, far.pid, i);
        }

        assertThat(registries.get(0).unregister(one.pid, entry -> (int) entry.value() >= 2))
                .isEqualTo(4);
        assertThat(registries.get(0).unregister(far.pid, entry -> entry.key().equals("far3")))
                .isEqualTo(1);
        assertThat(registries.get(0).unregister(far.pid, entry -> entry.key().equals("one0")))
                .isZero();

        assertThat(registries.get(0).keys(one.pid)).containsExactly("one0", "one1");
        assertThat(registries.get(0).keys(far.pid)).containsExactly("far0", "far1", "far2", "far4", "far5");
        assertThat(registries.get(0).keys(other.pid)).hasSize(6);
        Eventually.holds(() -> assertThat(registries)
                .allMatch(registry -> registry.keys(one.pid).size() == 2
                        && registry.keys(far.pid).size() == 5
                        && registry.keys(other.pid).size() == 6));
    }

    @Test
    void anEntryThatHasJustChangedElsewhereIsGivenUpIfItFits() {
        Holder holder = holder(0);
        for (int i = 0; i < 50; i++) {
            registries.get(1).register("changing", holder.pid, 0);
            registries.get(0).update("changing", holder.pid, _ -> 1);

            assertThat(registries.get(1).unregister(holder.pid, _ -> true))
                    .as("round " + i)
                    .isEqualTo(1);

            assertThat(registries.get(0).lookup("changing")).isEmpty();
            assertThat(registries.get(1).lookup("changing")).isEmpty();
        }
    }

    @Test
    void aNamePassesAHundredTimesFromNodeToNode() {
        for (int i = 0; i < 100; i++) {
            Holder holder = holder(i % 3);
            assertThat(registries.get(i % 3).register("again", holder.pid, i))
                    .isInstanceOf(Registration.Registered.class);
            assertThat(registries.get(i % 3).lookup("again")).contains(holder.pid);
            HordeRegistry next = registries.get((i + 1) % 3);
            Eventually.holds(() -> assertThat(next.lookup("again")).contains(holder.pid));

            holder.stop();

            Eventually.holds(() -> assertThat(next.lookup("again")).isEmpty());
            assertThat(holder.signals()).isEmpty();
        }
    }

    @Test
    void ofEightClaimsAtOnceOneIsGrantedEveryTime() {
        for (int round = 0; round < 50; round++) {
            Callers<Registration> callers = new Callers<>();
            String key = "eight" + round;
            for (int i = 0; i < 8; i++) {
                Pid pid = holder(0).pid;
                HordeRegistry registry = registries.get(i % 3);
                callers.add(() -> registry.register(key, pid, "value"));
            }

            List<Registration> results = callers.go().results();

            Pid winner = registries.get(0).lookup(key).orElseThrow();
            assertThat(results)
                    .filteredOn(Registration.Registered.class::isInstance)
                    .hasSize(1);
            assertThat(results)
                    .filteredOn(Registration.Taken.class::isInstance)
                    .hasSize(7)
                    .containsOnly(new Registration.Taken(winner));
        }
    }

    @Test
    void aRefusedClaimIsNothingToAnybody() {
        Holder ended = holder(0);
        ended.stop();
        Eventually.holds(() -> assertThat(herd.isAlive(ended.pid)).isFalse());
        Ear ear = Ear.on(registries.get(0));

        assertThatThrownBy(() -> registries.get(0).register("refused", ended.pid, 1))
                .isInstanceOf(ExitException.class);

        registries.get(0).register("granted", holder(0).pid, 2);
        ear.awaitHeard("granted", "+2");
        assertThat(ear.heard("refused")).isEmpty();
        Eventually.holds(() -> assertThat(registries.get(0).status().behind()).isZero());
    }
}
