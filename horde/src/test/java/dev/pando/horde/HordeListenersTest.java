package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryNotice;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HordeListenersTest {

    /// A server that hears one notice.
    record Attentive(CompletableFuture<RegistryNotice> heard) implements GenServer<Worker.Message, Integer> {

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Worker.Message message, Integer state) {
            return Step.noReply(state);
        }

        @Override
        public Step<Integer> handleInfo(Signal signal, Integer state) {
            if (signal instanceof RegistryNotice notice) {
                heard.complete(notice);
            }
            return Step.noReply(state);
        }
    }

    @Test
    void listenersAreToldOfNamesOfAllNodes() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            List<Ear> ears = registries.stream().map(Ear::on).toList();
            Holder holder = new Holder(herd.node(0));
            registries.get(0).register("x", holder.pid, 1);
            registries.get(1).register("y", holder.pid, 2);
            registries.get(0).update("x", holder.pid, _ -> 3);
            registries.get(0).unregister("x", holder.pid);
            Eventually.holds(() -> assertThat(registries.get(1).lookup("y")).isPresent());

            holder.stop();

            for (Ear ear : ears) {
                ear.awaitHeard("y", "+2", "-2");
            }
            ears.get(0).awaitHeard("x", "+1", "-3");
            // Elsewhere a name that was given up at once may never have come.
            Eventually.holds(() -> assertThat(ears.get(1).heard("x"))
                    .isIn(List.of(), List.of("+1", "-3"), List.of("+3", "-3"), List.of("+1", "-1")));
        }
    }

    @Test
    void onlyAProcessOfTheSameNodeCanListenAndUntilItDoesNotWantTo() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            Ear far = new Ear(herd.node(1));
            assertThatThrownBy(() -> registries.get(0).listen(far.pid)).isInstanceOf(IllegalArgumentException.class);
            Ear ear = Ear.on(registries.get(0));
            Ear other = Ear.on(registries.get(0));
            registries.get(0).register("x", new Holder(herd.node(0)).pid, 1);
            ear.awaitHeard("x", "+1");

            registries.get(0).unlisten(ear.pid);
            registries.get(0).register("y", new Holder(herd.node(0)).pid, 2);

            other.awaitHeard("y", "+2");
            assertThat(ear.heard("y")).isEmpty();
        }
    }

    @Test
    void aListenerIsFoundByItsNameWhenItIsRestarted() throws Exception {
        try (Herd herd = new Herd(1)) {
            HordeRegistry registry = Names.on(herd).getFirst();
            Name name = new Name("ear");
            registry.listen(name);
            registry.register("nobody hears this", new Holder(herd.node(0)).pid, 1);
            CompletableFuture<RegistryNotice> heard = new CompletableFuture<>();
            herd.node(0).start(new Attentive(heard), name);

            registry.register("x", new Holder(herd.node(0)).pid, 2);

            RegistryNotice notice = heard.get(10, TimeUnit.SECONDS);
            assertThat(notice.registry()).isEqualTo("names");
            assertThat(notice.entry().key()).isEqualTo("x");
        }
    }

    @Test
    void theNamesOfALostNodeGoForListenersAndComeBackWithIt() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            List<Ear> ears = registries.stream().map(Ear::on).toList();
            Holder holder = new Holder(herd.node(0));
            registries.get(0).register("x", holder.pid, "x");
            for (Ear ear : ears) {
                ear.awaitHeard("x", "+x");
            }

            herd.cut(List.of(0), List.of(1, 2));

            ears.get(1).awaitHeard("x", "+x", "-x");
            ears.get(2).awaitHeard("x", "+x", "-x");

            herd.heal();

            ears.get(1).awaitHeard("x", "+x", "-x", "+x");
            ears.get(2).awaitHeard("x", "+x", "-x", "+x");
            assertThat(ears.get(0).heard("x")).containsExactly("+x");

            herd.crash(0);

            ears.get(1).awaitHeard("x", "+x", "-x", "+x", "-x");
            ears.get(2).awaitHeard("x", "+x", "-x", "+x", "-x");
        }
    }

    @Test
    void atAConflictTheEndOfTheLoserComesBeforeTheWinner() {
        try (Herd herd = new Herd(3)) {
            List<HordeRegistry> registries = Names.on(herd);
            herd.cut(List.of(0), List.of(1, 2));
            Names.awaitApart(herd);
            List<Ear> ears = registries.stream().map(Ear::on).toList();
            Holder older = new Holder(herd.node(0));
            Holder newer = new Holder(herd.node(1));
            registries.get(0).register("x", older.pid, "older");
            registries.get(1).register("x", newer.pid, "newer");
            for (Ear ear : ears.subList(1, 3)) {
                ear.awaitHeard("x", "+newer");
            }

            herd.heal();

            for (Ear ear : ears.subList(1, 3)) {
                ear.awaitHeard("x", "+newer", "-newer", "+older");
            }
            Eventually.holds(
                    () -> assertThat(registries.get(0).status().behind()).isZero());
            assertThat(ears.get(0).heard("x")).containsExactly("+older");
        }
    }

    @Test
    void theNoticesOfOneKeyComeInTheOrderOfItsChanges() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            List<Ear> ears = registries.stream().map(Ear::on).toList();
            List<Integer> granted = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Holder holder = new Holder(herd.node(0));
                // Claims while the former holder is just about to end.
                if (registries.get(0).register("x", holder.pid, i) instanceof Registration.Registered) {
                    granted.add(i);
                    holder.stop();
                }
            }
            Eventually.holds(() -> assertThat(registries).allMatch(registry -> registry.count() == 0));
            List<String> expected = granted.stream()
                    .flatMap(i -> List.of("+" + i, "-" + i).stream())
                    .toList();

            Eventually.holds(() -> assertThat(ears.get(0).heard("x")).isEqualTo(expected));
            Eventually.holds(() -> assertThat(ears.get(1).heard("x")).satisfies(HordeListenersTest::takesTurns));
        }
    }

    /// Each coming is followed by the same one's going.
    private static void takesTurns(List<? extends String> heard) {
        assertThat(heard.size() % 2).isZero();
        for (int i = 0; i < heard.size(); i += 2) {
            assertThat(heard.get(i)).startsWith("+");
            assertThat(heard.get(i + 1)).isEqualTo("-" + heard.get(i).substring(1));
        }
    }

    @Test
    void aListenerIsToldOfWhoEndsWhileTheServerIsDown() {
        try (Herd herd = new Herd(2)) {
            List<HordeRegistry> registries = Names.on(herd);
            HordeRegistry registry = registries.get(0);
            Ear ear = Ear.on(registry);
            Holder passing = new Holder(herd.node(0));
            Holder staying = new Holder(herd.node(0));
            registry.register("passing", passing.pid, 1);
            registry.register("staying", staying.pid, 2);
            Eventually.holds(() -> assertThat(registries.get(1).count()).isEqualTo(2));
            Pid server = herd.node(0).whereis(Names.SERVER).orElseThrow();
            herd.node(0).exit(server, ExitReason.killed());
            Eventually.holds(
                    () -> assertThat(herd.node(0).whereis(Names.SERVER)).isEmpty());
            passing.stop();
            Eventually.holds(() -> assertThat(registry.count()).isEqualTo(1));
            Eventually.holds(() -> assertThat(registries.get(1).count()).isZero());

            registry.start();

            ear.awaitHeard("passing", "+1", "-1");
            Eventually.holds(
                    () -> assertThat(registries.get(1).lookup("staying")).contains(staying.pid));
            assertThat(registries.get(1).lookup("passing")).isEmpty();
            assertThat(ear.heard("staying")).containsExactly("+2");
            assertThat(registry.register("passing", new Holder(herd.node(0)).pid, 3))
                    .isInstanceOf(Registration.Registered.class);
            ear.awaitHeard("passing", "+1", "-1", "+3");
        }
    }
}
