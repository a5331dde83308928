package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.ClusterConfig;
import dev.pando.core.Cast;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryEntry;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// How nodes come to know the same names, and what they go through meanwhile.
class HordeSyncTest {

    /// What no node speaks.
    record Secret(String text) {}

    private static void register(HordeRegistry registry, String prefix, Holder holder, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(registry.register(prefix + i, holder.pid, i)).isInstanceOf(Registration.Registered.class);
        }
    }

    private static Map<Object, RegistryEntry> entries(HordeRegistry registry) {
        return registry.select(_ -> true).stream().collect(Collectors.toMap(RegistryEntry::key, entry -> entry));
    }

    private static void assertSame(List<HordeRegistry> registries, int count) {
        Names.settle(registries);
        Map<Object, RegistryEntry> expected = entries(registries.getFirst());
        assertThat(expected).hasSize(count);
        for (HordeRegistry registry : registries) {
            assertThat(entries(registry)).isEqualTo(expected);
        }
    }

    @Test
    void nodesThatMeetLaterLoseNothingThoughThereIsMuchToTell() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            herd.cut(List.of(0), List.of(1));
            Names.awaitApart(herd);
            for (int i = 0; i < 2; i++) {
                register(registries.get(i), "n" + i + "-", new Holder(herd.node(i)), 5_000);
            }

            herd.heal();

            assertSame(registries, 10_000);
            assertThat(registries.get(0).status().own()).isEqualTo(5_000);
        }
    }

    @Test
    void whatIsWrittenDuringTheFirstSyncIsNotLost() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = new ArrayList<>(Names.on(herd));
            register(registries.get(0), "before", new Holder(herd.node(0)), 5_000);
            herd.join(herd.resources());
            herd.awaitAll();
            Callers<Integer> callers = new Callers<>();
            for (int i = 0; i < 2; i++) {
                HordeRegistry registry = registries.get(i);
                Holder holder = new Holder(herd.node(i));
                String prefix = "during" + i + "-";
                callers.add(() -> {
                    for (int j = 0; j < 1_000; j++) {
                        registry.register(prefix + j, holder.pid, 0);
                        registry.update(prefix + j, holder.pid, _ -> 1);
                        if (j % 2 == 0) {
                            registry.unregister(prefix + j, holder.pid);
                        }
                    }
                    return 1;
                });
            }
            callers.go();

            registries.add(HordeRegistry.start(herd.clusters.get(2), "names"));
            callers.results();

            assertSame(registries, 6_000);
        }
    }

    @Test
    void anEndThatAnotherNodeMissedIsHeardOfWhenItIsBack() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            // More than there are marks for.
            register(registries.get(0), "n", holder, 3_000);
            assertSame(registries, 3_000);
            herd.cut(List.of(0), List.of(1));
            Names.awaitApart(herd);
            for (int i = 0; i < 2_500; i++) {
                registries.get(0).unregister("n" + i, holder.pid);
            }

            herd.heal();

            assertSame(registries, 500);
            assertThat(registries.get(0).status().marks()).isEqualTo(1_000);
        }
    }

    @Test
    void aSlowPeerHearsOfEveryEndThoughThereAreMoreThanMarks() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            register(registries.get(0), "n", holder, 2_500);
            assertSame(registries, 2_500);
            herd.hold(1, List.of(0));
            // Nothing is confirmed, so no more than a few of these are told.
            for (int i = 0; i < 2_500; i++) {
                registries.get(0).unregister("n" + i, holder.pid);
            }

            herd.net.release();

            Eventually.holds(() -> assertThat(registries.get(1).count()).isZero());
            assertSame(registries, 0);
        }
    }

    @Test
    void namesAreKeptForANodeThatIsOutOfReachAndItTellsNoneOfThemAgain() {
        try (Herd herd = new Herd(2);
                Logged logged = new Logged()) {
            List<HordeRegistry> registries = Names.on(herd);
            register(registries.get(0), "n", new Holder(herd.node(0)), 100);
            assertSame(registries, 100);
            herd.cut(List.of(0), List.of(1));
            Eventually.holds(() -> assertThat(registries.get(1).status().kept()).isEqualTo(100));
            assertThat(registries.get(1).status().names()).isZero();
            assertThat(registries.get(1).status().servers()).isEqualTo(1);
            Holder late = new Holder(herd.node(0));
            registries.get(0).register("late", late.pid, 1);

            herd.heal();

            assertSame(registries, 101);
            Names.check(registries);
            assertSame(registries, 101);
            assertThat(logged.with("has missed something")).isEmpty();
        }
    }

    @Test
    void aNodeThatComesBackAnewHasItsNewNamesAndNotTheOld() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            Pid former = new Holder(herd.node(2)).pid;
            registries.get(2).register("x", former, "former");
            registries.get(2).register("y", former, "former");
            Names.awaitHolder(registries, "y", former);
            herd.crash(2);
            int anew = herd.rejoin(2);
            herd.awaitAll();
            HordeRegistry registry = HordeRegistry.start(herd.clusters.get(anew), "names");
            Pid pid = new Holder(herd.node(anew)).pid;

            assertThat(registry.register("x", pid, "new")).isInstanceOf(Registration.Registered.class);

            List<HordeRegistry> all = List.of(registries.get(0), registries.get(1), registry);
            assertSame(all, 1);
            Names.awaitHolder(all, "x", pid);
            assertThatThrownBy(() -> registries.get(0).register("z", former, 1)).isInstanceOf(ExitException.class);
        }
    }

    @Test
    void namesOfWhoEndedWhileTheServerWasDownAreGoneAndTheOthersStay() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.inTrees(herd);
            for (int round = 0; round < 10; round++) {
                List<Holder> holders = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    holders.add(new Holder(herd.node(0)));
                    registries.get(0).register("r" + round + "-" + i, holders.get(i).pid, i);
                }
                Pid server = herd.node(0).whereis(Names.SERVER).orElseThrow();

                // Some end before, some after and some while a new server takes over.
                for (int i = 0; i < 10; i++) {
                    holders.get(i).stop();
                    if (i == 3) {
                        herd.node(0).exit(server, ExitReason.killed());
                    }
                }

                int expected = 10 * (round + 1);
                Eventually.holds(() -> assertThat(herd.node(0).whereis(Names.SERVER))
                        .isPresent()
                        .isNotEqualTo(Optional.of(server)));
                Eventually.holds(() -> assertThat(registries).allMatch(one -> one.count() == expected));
                assertSame(registries, expected);
                assertThat(registries.get(0).status().own()).isEqualTo(expected);
            }
        }
    }

    @Test
    void aNodeThatDoesNotRunTheRegistryIsLeftInPeaceAndSaysSoToWhoAsks() {
        try (Logged logged = new Logged();
                Herd herd = new Herd(2)) {
            HordeRegistry registry = HordeRegistry.start(herd.clusters.getFirst(), "names");
            Pid elsewhere = new Holder(herd.node(1)).pid;

            assertThatThrownBy(() -> registry.register("x", elsewhere, 1))
                    .isInstanceOfSatisfying(
                            ExitException.class, e -> assertThat(e.reason()).isInstanceOf(ExitReason.NoProcess.class));

            assertThat(logged.with("refused a frame")).isEmpty();
            assertThat(registry.status().servers()).isEqualTo(1);
        }
    }

    @Test
    void tokensComeInTheOrderOfACallersClaimsThoughTheClocksDiffer() {
        for (Duration skew : List.of(Duration.ofMillis(-200), Duration.ofMillis(200))) {
            try (Herd herd = Herd.skewed(List.of(Duration.ZERO, skew))) {
                List<HordeRegistry> registries = Names.on(herd);
                Holder near = new Holder(herd.node(0));
                Holder far = new Holder(herd.node(1));
                List<Token> tokens = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    Pid pid = i % 2 == 0 ? near.pid : far.pid;
                    tokens.add(((Registration.Registered) registries.get(0).register("n" + i, pid, i)).token());
                }

                assertThat(tokens).isSorted();
            }
        }
    }

    @Test
    void whoWasNotIntroducedIsNotListenedTo() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Pid stranger = new Holder(herd.node(1)).pid;
            NameChange held =
                    new NameChange.Held(new Payload("x"), 1, 1, stranger.serial(), new Payload("from nowhere"));
            MetaTable.Meta meta = new MetaTable.Meta(
                    new Payload("m"), Optional.of(new Payload(1)), herd.node(1).nextToken());
            for (Cast message : List.of(
                    new RegistryProtocol.Told(new News(stranger, 0, 1, true, true, List.of(held))),
                    new RegistryProtocol.Ask(stranger, 0),
                    new RegistryProtocol.Got(stranger, 1),
                    new RegistryProtocol.Check(stranger, 1, 1, 0),
                    new RegistryProtocol.Metas(stranger, List.of(meta)))) {
                herd.node(1).cast(Names.SERVER.on(herd.node(0).name()), message);
            }

            // Comes after all that.
            herd.node(1).call(Names.SERVER.on(herd.node(0).name()), new RegistryProtocol.Status());
            assertThat(registries.get(0).lookup("x")).isEmpty();
            assertThat(registries.get(0).meta("m")).isEmpty();
            assertThat(registries.get(0).status().repairs()).isZero();
        }
    }

    // ---- what cannot travel

    @Test
    void aValueThatCannotTravelHoldsUpNobody() {
        try (Herd herd = new Herd(3);
                Logged logged = new Logged()) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            List<Pid> servers = Names.servers(herd);
            register(registries.get(0), "before", holder, 5);
            registries.get(0).register("secret", holder.pid, new Secret("text"));
            register(registries.get(0), "after", holder, 5);

            Eventually.holds(() -> assertThat(registries.subList(1, 3)).allMatch(one -> one.count() == 10));
            assertThat(registries.get(0).count()).isEqualTo(11);
            assertThat(registries.get(0).value("secret")).contains(new Secret("text"));
            Eventually.holds(() -> assertThat(logged.with("cannot tell")).hasSize(2));

            registries.get(0).update("secret", holder.pid, _ -> "open");

            assertSame(registries, 11);
            assertThat(Names.servers(herd)).isEqualTo(servers);
        }
    }

    @Test
    void aValueTooLargeToTravelHoldsUpNobody() {
        try (Herd herd = new Herd(2);
                Logged logged = new Logged()) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            register(registries.get(0), "before", holder, 5);
            String huge = "x".repeat(ClusterConfig.MESSAGE_BYTES_MAX);
            registries.get(0).register("huge", holder.pid, huge);
            register(registries.get(0), "after", holder, 5);

            Eventually.holds(() -> assertThat(registries.get(1).count()).isEqualTo(10));
            assertThat(registries.get(0).value("huge")).contains(huge);
            Eventually.holds(
                    () -> assertThat(logged.with("exceeds the maximum")).hasSize(1));

            registries.get(0).update("huge", holder.pid, _ -> "small");

            assertSame(registries, 11);
        }
    }

    @Test
    void namesThatAreMoreThanOneMessageHoldsTravelInSeveral() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            herd.cut(List.of(0), List.of(1));
            Names.awaitApart(herd);
            Holder holder = new Holder(herd.node(0));
            // Each with a value of which not four fit.
            String large = "x".repeat(ClusterConfig.MESSAGE_BYTES_MAX * 2 / 7);
            for (int i = 0; i < 7; i++) {
                registries.get(0).register("n" + i, holder.pid, large);
            }

            herd.heal();

            assertSame(registries, 7);
        }
    }

    @Test
    void whatCannotTravelIsNotTriedAgainAndAgain() {
        try (Herd herd = new Herd(2);
                Logged logged = new Logged()) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            register(registries.get(0), "n", holder, 5);
            registries.get(0).register("secret", holder.pid, new Secret("text"));
            Eventually.holds(() -> assertThat(registries.get(1).count()).isEqualTo(5));
            Eventually.holds(() -> assertThat(logged.with("cannot tell")).hasSize(1));

            for (int i = 0; i < 3; i++) {
                Names.tick(registries);
                // Whatever that leads to has come about when this is known.
                registries.get(0).register("tick" + i, holder.pid, i);
                Names.awaitHolder(registries, "tick" + i, holder.pid);
            }

            assertThat(logged.with("has missed something")).isEmpty();
            assertThat(logged.with("cannot tell")).hasSize(1);
        }
    }

    @Test
    void anUpdateFromElsewhereOfWhatCannotTravelDoesNoHarm() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            List<Pid> servers = Names.servers(herd);
            Holder holder = new Holder(herd.node(0));
            registries.get(0).register("x", holder.pid, "open");
            Names.awaitHolder(registries, "x", holder.pid);
            registries.get(0).update("x", holder.pid, _ -> new Secret("text"));

            assertThatThrownBy(() -> registries.get(1).update("x", holder.pid, _ -> "mine"))
                    .isInstanceOf(WireException.class);
            // Whether it fits is not for a node to say that does not know what it is.
            assertThat(registries.get(1).unregister(holder.pid, _ -> true)).isZero();

            assertThat(Names.servers(herd)).isEqualTo(servers);
            assertThat(registries.get(0).value("x")).contains(new Secret("text"));
        }
    }

    // ---- what belongs to the registry itself

    @Test
    void valuesOfTheRegistryAreKnownEverywhereUntilTheyAreDeleted() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = new ArrayList<>(Names.on(herd));
            assertThat(registries.get(0).meta("limit")).isEmpty();
            registries.get(0).putMeta("limit", 1);
            assertThat(registries.get(0).meta("limit")).contains(1);
            awaitMeta(registries, "limit", 1);
            registries.get(1).putMeta("limit", 2);
            awaitMeta(registries, "limit", 2);
            registries.get(0).putMeta("passing", "value");
            registries.get(0).deleteMeta("passing");
            assertThat(registries.get(0).meta("passing")).isEmpty();
            herd.join(herd.resources());
            herd.awaitAll();

            registries.add(HordeRegistry.start(herd.clusters.get(2), "names"));

            awaitMeta(registries, "limit", 2);
            registries.get(2).deleteMeta("limit");
            Eventually.holds(() -> assertThat(registries)
                    .allMatch(one ->
                            one.meta("limit").isEmpty() && one.meta("passing").isEmpty()));
        }
    }

    private static void awaitMeta(List<HordeRegistry> registries, Object key, Object value) {
        Eventually.holds(() -> assertThat(registries)
                .allMatch(one -> one.meta(key).filter(value::equals).isPresent()));
    }

    @Test
    void afterAPartitionTheLaterValueOfTheRegistryStays() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            registries.get(0).putMeta("deleted", 1);
            awaitMeta(registries, "deleted", 1);
            herd.cut(List.of(0), List.of(1));
            Names.awaitApart(herd);
            registries.get(0).putMeta("x", "earlier");
            registries.get(1).putMeta("y", "earlier");
            registries.get(0).deleteMeta("deleted");
            long before = System.currentTimeMillis();
            Eventually.holds(() -> assertThat(System.currentTimeMillis()).isGreaterThan(before + 1));
            registries.get(1).putMeta("x", "later");
            registries.get(0).putMeta("y", "later");

            herd.heal();

            awaitMeta(registries, "x", "later");
            awaitMeta(registries, "y", "later");
            Eventually.holds(() ->
                    assertThat(registries).allMatch(one -> one.meta("deleted").isEmpty()));
        }
    }

    @Test
    void aValueOfTheRegistryThatCannotTravelStaysHere() {
        try (Herd herd = new Herd(2);
                Logged logged = new Logged()) {
            List<HordeRegistry> registries = Names.on(herd);
            Names.settle(registries);
            List<Pid> servers = Names.servers(herd);

            registries.get(0).putMeta("secret", new Secret("text"));
            registries.get(0).putMeta("open", 1);

            awaitMeta(registries, "open", 1);
            assertThat(registries.get(0).meta("secret")).contains(new Secret("text"));
            assertThat(registries.get(1).meta("secret")).isEmpty();
            assertThat(Names.servers(herd)).isEqualTo(servers);
            assertThat(logged.with("cannot tell")).hasSize(1);
        }
    }
}
