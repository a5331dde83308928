package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitException;
import dev.pando.core.LocalRegistry;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A cluster to which anything may happen, against a model of who holds what. All is drawn from a seed, which a
/// failure names; when it takes effect is not.
class NamesModelTest {

    private static final int NODES = 4;
    private static final int KEYS = 8;
    private static final int STEPS = 120;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    static Stream<Long> seeds() {
        return Stream.of(1L, 2L, 3L, 4L, System.nanoTime());
    }

    /// What the caller of a claim knows of it.
    private static final class Claimed {
        final String key;
        final Holder holder;
        Object value;
        /// Whether it has been granted, and is not given up, for all that the caller was told.
        boolean certain;

        Claimed(String key, Holder holder, Object value) {
            this.key = key;
            this.holder = holder;
            this.value = value;
        }
    }

    private static final class World implements AutoCloseable {
        final Random random;
        final Herd herd = new Herd(2);
        final List<HordeRegistry> registries = new ArrayList<>();
        final List<Holder> holders = new ArrayList<>();
        final List<Claimed> claims = new ArrayList<>();
        final List<String> story = new ArrayList<>();

        World(long seed) {
            random = new Random(seed);
            registries.addAll(Names.inTrees(herd));
        }

        void step() {
            retire();
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3 -> holders.add(new Holder(herd.node(any(herd.alive()))));
                case 4, 5 ->
                    anyHolder().ifPresent(holder -> {
                        story.add("stop " + holder.pid);
                        holder.stop();
                    });
                case 6, 7, 8, 9, 10, 11 -> anyHolder().ifPresent(this::register);
                case 12, 13 -> anyClaim().ifPresent(this::update);
                case 14, 15 -> anyClaim().ifPresent(this::unregister);
                case 16 -> cut();
                case 17 -> {
                    story.add("heal");
                    herd.heal();
                }
                case 18 -> replaceNode();
                default -> killServer();
            }
            if (random.nextInt(5) == 0) {
                Eventually.pause(Duration.ofMillis(random.nextInt(8)));
            }
        }

        private <T> T any(List<? extends T> of) {
            return of.get(random.nextInt(of.size()));
        }

        /// Losers end.
        private void retire() {
            holders.stream().filter(holder -> !holder.signals().isEmpty()).forEach(Holder::stop);
            holders.removeIf(
                    holder -> !herd.isAlive(holder.pid) || !holder.signals().isEmpty());
        }

        private Optional<Holder> anyHolder() {
            return holders.isEmpty() ? Optional.empty() : Optional.of(any(holders));
        }

        private Optional<Claimed> anyClaim() {
            return claims.isEmpty() ? Optional.empty() : Optional.of(any(claims));
        }

        private HordeRegistry anyRegistry() {
            return registries.get(any(herd.alive()));
        }

        private void register(Holder holder) {
            String key = "k" + random.nextInt(KEYS);
            Claimed claim = new Claimed(key, holder, random.nextInt());
            HordeRegistry registry = anyRegistry();
            try {
                boolean granted = registry.register(key, holder.pid, claim.value) instanceof Registration.Registered;
                story.add(registry.node + " registers " + key + " for " + holder.pid + ": " + granted);
                claim.certain = granted;
                if (granted) {
                    claims.add(claim);
                }
            } catch (ExitException e) {
                story.add(registry.node + " may have registered " + key + " for " + holder.pid + ": " + e.reason());
                claims.add(claim);
            }
        }

        private void update(Claimed claim) {
            HordeRegistry registry = anyRegistry();
            int value = random.nextInt();
            try {
                Optional<LocalRegistry.Updated> updated = registry.update(claim.key, claim.holder.pid, _ -> value);
                story.add(registry.node + " updates " + claim.key + " of " + claim.holder.pid + ": " + updated);
                if (updated.isPresent()) {
                    claims.stream().filter(same -> isSame(same, claim)).forEach(same -> same.value = value);
                }
            } catch (ExitException e) {
                story.add(registry.node + " may have updated " + claim.key + ": " + e.reason());
                doubt(claim);
            }
        }

        private static boolean isSame(Claimed one, Claimed other) {
            return one.key.equals(other.key) && one.holder == other.holder;
        }

        private void doubt(Claimed claim) {
            claims.stream().filter(same -> isSame(same, claim)).forEach(same -> same.certain = false);
        }

        private void unregister(Claimed claim) {
            HordeRegistry registry = anyRegistry();
            try {
                registry.unregister(claim.key, claim.holder.pid);
                story.add(registry.node + " unregisters " + claim.key + " of " + claim.holder.pid);
                claims.removeIf(same -> isSame(same, claim));
            } catch (ExitException e) {
                story.add(registry.node + " may have unregistered " + claim.key + ": " + e.reason());
                doubt(claim);
            }
        }

        private void cut() {
            List<Integer> side =
                    herd.alive().stream().filter(_ -> random.nextBoolean()).toList();
            List<Integer> other =
                    herd.alive().stream().filter(i -> !side.contains(i)).toList();
            story.add("cut " + side + " from " + other);
            herd.cut(side, other);
        }

        private void replaceNode() {
            if (herd.alive().size() == NODES || (herd.alive().size() > 1 && random.nextBoolean())) {
                int node = any(herd.alive());
                story.add("crash " + node);
                herd.crash(node);
            }
            if (herd.alive().size() < NODES) {
                int node = herd.join(herd.resources());
                story.add("join " + node);
                registries.add(Names.inTree(herd, node));
            }
        }

        private void killServer() {
            int node = any(herd.alive());
            story.add("kill the server of " + node);
            Names.killServer(herd, node);
        }

        void converge() {
            herd.heal();
            herd.awaitAll();
            Eventually.holds(LIMIT, () -> {
                retire();
                try {
                    agree();
                } catch (ExitException e) {
                    throw new AssertionError("a server is being restarted", e);
                }
            });
        }

        private void agree() {
            List<HordeRegistry> alive =
                    herd.alive().stream().map(registries::get).toList();
            Map<Object, RegistryEntry> found = entries(alive.getFirst());
            for (HordeRegistry registry : alive) {
                assertThat(entries(registry)).as(registry.node.toString()).isEqualTo(found);
                assertThat(registry.count()).isEqualTo(found.size());
                assertThat(registry.status().own())
                        .isEqualTo(registry.count(entry -> registry.node.isHere(entry.pid())));
            }
            for (RegistryEntry entry : found.values()) {
                assertThat(herd.isAlive(entry.pid())).as(entry + " lives").isTrue();
                assertThat(claims)
                        .as(entry + " was claimed")
                        .anyMatch(claim -> claim.key.equals(entry.key()) && claim.holder.pid.equals(entry.pid()));
            }
            Map<String, Pid> certain = new HashMap<>();
            for (Claimed claim : claims) {
                if (claim.certain
                        && herd.isAlive(claim.holder.pid)
                        && claim.holder.signals().isEmpty()) {
                    certain.put(claim.key, claim.holder.pid);
                    assertThat(found.get(claim.key))
                            .as(claim.key + " of " + claim.holder.pid)
                            .isNotNull()
                            .extracting(RegistryEntry::pid, RegistryEntry::value)
                            .containsExactly(claim.holder.pid, claim.value);
                }
            }
            certain.forEach((key, pid) -> assertThat(alive)
                    .allMatch(one -> one.lookup(key).filter(pid::equals).isPresent()));
        }

        private static Map<Object, RegistryEntry> entries(HordeRegistry registry) {
            return registry.select(_ -> true).stream().collect(Collectors.toMap(RegistryEntry::key, entry -> entry));
        }

        @Override
        public void close() {
            herd.close();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensAllAgreeWithTheModelAfterwards(long seed) {
        try (World world = new World(seed)) {
            try {
                for (int round = 0; round < 3; round++) {
                    for (int step = 0; step < STEPS; step++) {
                        world.step();
                    }
                    world.story.add("converge");
                    world.converge();
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ":\n" + String.join("\n", world.story), e);
            }
        }
    }
}
