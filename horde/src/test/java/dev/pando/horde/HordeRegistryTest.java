package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Down;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.Self;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HordeRegistryTest {

    record Seat(int row, String letter) {}

    @Test
    void ofManyClaimsAtOnceOnOneNodeOneIsGranted() {
        try (Herd herd = new Herd(2)) {
            HordeRegistry registry = Names.on(herd).getFirst();
            Callers<Registration> callers = new Callers<>();
            for (int i = 0; i < 16; i++) {
                Pid pid = new Holder(herd.node(0)).pid;
                callers.add(() -> registry.register("x", pid, "value"));
            }

            List<Registration> results = callers.go().results();

            Pid winner = registry.lookup("x").orElseThrow();
            assertThat(results)
                    .filteredOn(Registration.Registered.class::isInstance)
                    .hasSize(1);
            assertThat(results)
                    .filteredOn(Registration.Taken.class::isInstance)
                    .hasSize(15)
                    .containsOnly(new Registration.Taken(winner));
        }
    }

    @Test
    void aNameForAProcessOfAnotherNodeIsFoundOnTheCallersNodeAtOnce() {
        try (Herd herd = new Herd(3, Seat.class)) {
            List<HordeRegistry> registries = Names.on(herd);
            for (int i = 0; i < 30; i++) {
                Seat key = new Seat(i, "a");
                HordeRegistry caller = registries.get(i % 3);
                Pid pid = new Holder(herd.node((i + 1) % 3)).pid;

                assertThat(caller.register(key, pid, "v" + i)).isInstanceOf(Registration.Registered.class);

                assertThat(caller.lookup(key)).contains(pid);
                assertThat(caller.value(key)).contains("v" + i);
            }
            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 30));
        }
    }

    @Test
    void aNameThatIsHeldIsRefusedOnEveryNode() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            Pid holder = new Holder(herd.node(0)).pid;
            registries.getFirst().register("x", holder, 1);
            awaitHolder(registries, "x", holder);

            for (int i = 0; i < 3; i++) {
                Pid other = new Holder(herd.node(i)).pid;
                assertThat(registries.get((i + 1) % 3).register("x", other, 2))
                        .isEqualTo(new Registration.Taken(holder));
            }
            assertThat(registries.getFirst().register("x", holder, 2)).isEqualTo(new Registration.Taken(holder));
        }
    }

    @Test
    void aNodeThatJoinsKnowsTheNamesBeforeItGrantsAny() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            for (int i = 0; i < 1200; i++) {
                registries.getFirst().register("n" + i, holder.pid, i);
            }
            herd.join(herd.resources());
            herd.awaitAll();

            HordeRegistry joined = HordeRegistry.start(herd.clusters.get(2), "names");

            Pid late = new Holder(herd.node(2)).pid;
            assertThat(joined.register("n1199", late, "late")).isEqualTo(new Registration.Taken(holder.pid));
            assertThat(holder.signals()).isEmpty();
        }
    }

    @Test
    void aNameIsFreeOnItsNodeForWhoeverIsToldOfItsHoldersEnd() {
        try (Herd herd = new Herd(2)) {
            HordeRegistry registry = Names.on(herd).getFirst();
            for (int i = 0; i < 50; i++) {
                Holder holder = new Holder(herd.node(0));
                registry.register("x", holder.pid, i);
                CompletableFuture<Registration> next = new CompletableFuture<>();
                herd.node(0).spawn(() -> {
                    Self.monitor(holder.pid);
                    holder.stop();
                    Self.receive(Down.class);
                    assertThat(registry.lookup("x")).isEmpty();
                    next.complete(registry.register("x", Self.pid(), "next"));
                });

                assertThat(next.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(Registration.Registered.class);
                Eventually.holds(() -> assertThat(registry.lookup("x")).isEmpty());
            }
        }
    }

    @Test
    void theNamesOfAProcessAreFreedOnAllNodesWhenItEnds() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(1));
            registries.get(0).register("x", holder.pid, 1);
            registries.get(2).register("y", holder.pid, 2);
            awaitHolder(registries, "x", holder.pid);
            awaitHolder(registries, "y", holder.pid);

            holder.stop();

            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 0));
            Pid next = new Holder(herd.node(2)).pid;
            assertThat(registries.get(0).register("x", next, 3)).isInstanceOf(Registration.Registered.class);
            awaitHolder(registries, "x", next);
        }
    }

    @Test
    void onlyTheHolderGivesANameUp() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            registries.get(0).register("x", holder.pid, 1);
            awaitHolder(registries, "x", holder.pid);

            registries.get(1).unregister("x", new Holder(herd.node(1)).pid);
            registries.get(1).unregister("x", new Holder(herd.node(0)).pid);
            assertThat(registries.get(0).lookup("x")).contains(holder.pid);

            registries.get(1).unregister("x", holder.pid);

            assertThat(registries.get(0).lookup("x")).isEmpty();
            Eventually.holds(() -> assertThat(registries.get(1).lookup("x")).isEmpty());
        }
    }

    @Test
    void theHolderOfANameKnowsItsTokenUntilItGivesItUp() throws Exception {
        try (Herd herd = new Herd(2)) {
            HordeRegistry registry = Names.on(herd).getFirst();
            CompletableFuture<List<Optional<Token>>> seen = new CompletableFuture<>();
            herd.node(0).spawn(() -> {
                Optional<Token> before = token(registry, "x");
                Registration.Registered claim = granted(registry.register("x", Self.pid(), 1));
                Optional<Token> held = token(registry, "x");
                registry.unregister("x", Self.pid());
                seen.complete(List.of(before, Optional.of(claim.token()), held, token(registry, "x")));
            });

            List<Optional<Token>> tokens = seen.get(10, TimeUnit.SECONDS);
            assertThat(tokens.get(0)).isEmpty();
            assertThat(tokens.get(2)).isEqualTo(tokens.get(1));
            assertThat(tokens.get(3)).isEmpty();
        }
    }

    private static Optional<Token> token(HordeRegistry registry, Object key) {
        try {
            return Optional.of(Self.token(registry, key));
        } catch (NoSuchElementException _) {
            return Optional.empty();
        }
    }

    @Test
    void aNameThatIsClaimedAgainAtOnceIsFoundEverywhere() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            for (int i = 0; i < 30; i++) {
                Pid first = new Holder(herd.node(0)).pid;
                Pid second = new Holder(herd.node(0)).pid;
                registries.getFirst().register("x" + i, first, 1);
                if (i % 2 == 0) {
                    awaitHolder(registries, "x" + i, first);
                }

                registries.getFirst().unregister("x" + i, first);
                registries.getFirst().register("x" + i, second, 2);

                awaitHolder(registries, "x" + i, second);
            }
        }
    }

    @Test
    void theNamesOfALostNodeVanishAndComeBackWithIt() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(0));
            for (int i = 0; i < 50; i++) {
                registries.get(0).register("n" + i, holder.pid, i);
            }
            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 50));
            for (int flap = 0; flap < 3; flap++) {
                herd.cut(List.of(0), List.of(1, 2));
                Eventually.holds(() -> assertThat(registries.subList(1, 3)).allMatch(one -> one.count() == 0));
                assertThat(registries.get(0).count()).isEqualTo(50);
                herd.heal();
                Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 50));
            }
            assertThat(holder.signals()).isEmpty();
            herd.crash(0);
            Eventually.holds(() -> assertThat(registries.subList(1, 3)).allMatch(one -> one.count() == 0));
        }
    }

    @Test
    void afterAPartitionOneOfTwoHoldersStaysAndTheOtherIsToldOnce() {
        try (Herd herd = new Herd(4)) {
            List<HordeRegistry> registries = Names.on(herd);
            herd.cut(List.of(0, 1), List.of(2, 3));
            awaitApart(herd);
            Holder left = new Holder(herd.node(0));
            Holder right = new Holder(herd.node(3));
            Registration.Registered leftClaim = granted(registries.get(1).register("x", left.pid, "left"));
            Registration.Registered rightClaim = granted(registries.get(2).register("x", right.pid, "right"));
            registries.get(1).register("only-left", left.pid, 1);
            registries.get(2).register("only-right", right.pid, 2);
            boolean leftWins = leftClaim.token().compareTo(rightClaim.token()) < 0;
            Holder winner = leftWins ? left : right;
            Holder loser = leftWins ? right : left;

            herd.heal();

            awaitHolder(registries, "x", winner.pid);
            Eventually.holds(() -> assertThat(loser.signals())
                    .containsExactly(new ExitReason.NameConflict(new Payload("x"), winner.pid)));
            awaitHolder(registries, "only-left", left.pid);
            awaitHolder(registries, "only-right", right.pid);

            loser.stop();

            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 2));
            awaitHolder(registries, "x", winner.pid);
            assertThat(loser.signals()).hasSize(1);
            assertThat(winner.signals()).isEmpty();
        }
    }

    @Test
    void theEndOfAHolderOnOneSideDoesNotTakeTheNameFromTheOther() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            herd.cut(List.of(0), List.of(1, 2));
            awaitApart(herd);
            Holder staying = new Holder(herd.node(0));
            Holder passing = new Holder(herd.node(1));
            registries.get(0).register("x", staying.pid, 1);
            registries.get(1).register("x", passing.pid, 2);
            awaitHolder(registries.subList(1, 3), "x", passing.pid);
            passing.stop();
            Eventually.holds(() -> assertThat(registries.subList(1, 3)).allMatch(one -> one.count() == 0));

            herd.heal();

            awaitHolder(registries, "x", staying.pid);
            assertThat(staying.signals()).isEmpty();
        }
    }

    @Test
    void ofClaimsOnAllNodesAtOnceOneStays() {
        try (Herd herd = new Herd(4)) {
            List<HordeRegistry> registries = Names.on(herd);
            for (int round = 0; round < 20; round++) {
                String key = "x" + round;
                List<Holder> holders = new ArrayList<>();
                Callers<Registration> callers = new Callers<>();
                for (int i = 0; i < 4; i++) {
                    HordeRegistry registry = registries.get(i);
                    Holder holder = new Holder(herd.node(i));
                    holders.add(holder);
                    callers.add(() -> registry.register(key, holder.pid, "value"));
                }
                List<Registration> results = callers.go().results();
                List<Pid> taken = IntStream.range(0, 4)
                        .filter(i -> results.get(i) instanceof Registration.Taken)
                        .mapToObj(i -> holders.get(i).pid)
                        .toList();

                Eventually.holds(() -> {
                    Optional<Pid> winner = registries.getFirst().lookup(key);
                    assertThat(winner).isPresent();
                    assertThat(registries).allMatch(one -> one.lookup(key).equals(winner));
                    assertThat(holders)
                            .allMatch(holder -> holder.signals().size()
                                    == (holder.pid.equals(winner.get()) || taken.contains(holder.pid) ? 0 : 1));
                });
            }
        }
    }

    @Test
    void theNamesOfLivingProcessesOutliveTheirServer() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.inTrees(herd);
            Holder holder = new Holder(herd.node(0));
            Holder far = new Holder(herd.node(1));
            registries.get(0).register("x", holder.pid, 1);
            registries.get(1).register("far", far.pid, 2);
            awaitHolder(registries, "far", far.pid);
            for (int i = 0; i < 3; i++) {
                Pid server = herd.node(0).whereis(Names.SERVER).orElseThrow();

                herd.node(0).exit(server, ExitReason.killed());

                Eventually.holds(() -> assertThat(herd.node(0).whereis(Names.SERVER))
                        .isPresent()
                        .isNotEqualTo(Optional.of(server)));
                awaitHolder(registries, "x", holder.pid);
                awaitHolder(registries, "far", far.pid);
                assertThat(registries.get(0).register("x", new Holder(herd.node(0)).pid, 3))
                        .isEqualTo(new Registration.Taken(holder.pid));
            }

            holder.stop();

            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 1));
        }
    }

    @Test
    void aProcessThatHasEndedIsRefused() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Holder holder = new Holder(herd.node(1));
            holder.stop();
            Eventually.holds(() -> assertThat(herd.isAlive(holder.pid)).isFalse());

            assertRefused(registries.get(0), holder.pid, ExitReason.NoProcess.class);
            assertRefused(registries.get(1), holder.pid, ExitReason.NoProcess.class);
            assertThat(registries).allMatch(registry -> registry.count() == 0);
            Pid alive = new Holder(herd.node(0)).pid;
            assertThat(registries.get(0).register("x", alive, 1)).isInstanceOf(Registration.Registered.class);
            awaitHolder(registries, "x", alive);
        }
    }

    @Test
    void aProcessOfALostNodeIsOutOfReach() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Pid far = new Holder(herd.node(1)).pid;
            herd.crash(1);
            herd.awaitAll();

            Eventually.holds(() -> assertRefused(registries.get(0), far, ExitReason.NoConnection.class));
        }
    }

    private static void assertRefused(HordeRegistry registry, Pid pid, Class<? extends ExitReason> reason) {
        assertThatThrownBy(() -> registry.register("x", pid, 1))
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isInstanceOf(reason));
    }

    private static Registration.Registered granted(Registration registration) {
        assertThat(registration).isInstanceOf(Registration.Registered.class);
        return (Registration.Registered) registration;
    }

    private static void awaitHolder(List<HordeRegistry> registries, Object key, Pid holder) {
        Eventually.holds(() -> assertThat(registries)
                .allMatch(one -> one.lookup(key).filter(holder::equals).isPresent()));
    }

    /// Waits until each node has noticed a cut.
    private static void awaitApart(Herd herd) {
        Eventually.holds(() ->
                assertThat(herd.clusters).allMatch(cluster -> cluster.nodes().size() < herd.clusters.size() - 1));
    }
}
