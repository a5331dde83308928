package dev.pando.bench;

import dev.pando.cluster.NodeUp;
import dev.pando.core.Call;
import dev.pando.core.MultiReply;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RemoteName;
import dev.pando.core.Self;
import dev.pando.core.Task;
import dev.pando.horde.HordeRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// `HordeRegistry` on several nodes, by its public API.
final class PandoNames implements NamesSubject {

    /// A node has been asked to come, and has to start a virtual machine.
    private static final Duration COMES = Duration.ofMinutes(1);

    private static final String PROBE = "probe";

    /// Starts a virtual machine in which nodes come and go.
    @FunctionalInterface
    interface Newcomers {

        /// Starts it.
        ///
        /// @param generation of the registry that they join
        /// @return ends it
        AutoCloseable start(int generation) throws Exception;
    }

    private final PandoPlace near;
    private final Newcomers newcomers;
    private final List<RemoteName> registrars;
    private final List<RemoteName> far;
    private final List<Pid> holders = new ArrayList<>();
    private int generation;

    PandoNames(Places places, Newcomers newcomers) throws InterruptedException {
        this.near = PandoPlace.join(Places.NEAR, places);
        this.newcomers = newcomers;
        this.registrars = IntStream.range(0, places.nodes())
                .mapToObj(place -> PandoRegistrar.NAME.on(PandoMember.name(place)))
                .toList();
        this.far = registrars.subList(1, registrars.size());
        PandoProcess.run(node(), this::probe);
    }

    private Node node() {
        return near.member().node();
    }

    private HordeRegistry registry() {
        return near.registries().current();
    }

    @Override
    public String about() {
        return "Pando on Java " + Runtime.version();
    }

    @Override
    public int namesMax() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Laps fill(List<Integer> marks) throws InterruptedException {
        Pid holder = holder();
        int total = marks.getLast();
        return PandoProcess.call(node(), () -> {
            List<Task<Integer>> watches = registrars.stream()
                    .map(registrar -> Task.async(() -> ask(registrar, new PandoRegistrar.Await(total))))
                    .toList();
            HordeRegistry registry = registry();
            List<Long> laps = new ArrayList<>();
            long start = System.nanoTime();
            int names = 0;
            for (int mark : marks) {
                while (names < mark) {
                    register(registry, "donation-" + names, holder, names);
                    names++;
                }
                laps.add(System.nanoTime() - start);
            }
            for (Task<Integer> watch : watches) {
                Waits.check("names", total, watch.await(Waits.LIMIT));
            }
            return new Laps(laps, System.nanoTime() - start);
        });
    }

    /// A new process of this node that does nothing else.
    private Pid holder() {
        Pid holder = node().spawn(() -> Self.receive(PandoRegistrar.Leave.class));
        holders.add(holder);
        return holder;
    }

    private static void register(HordeRegistry registry, Object key, Pid holder, Object value) {
        if (registry.register(key, holder, value) instanceof Registration.Taken(Pid other)) {
            throw new IllegalStateException(key + " was free, but is held by " + other);
        }
    }

    private static <R> R ask(RemoteName registrar, Call<R> request) {
        return Self.call(registrar, request, Waits.LIMIT);
    }

    private static <R> Collection<R> askAll(List<RemoteName> registrars, Call<R> request) {
        MultiReply<R> replies = Self.multiCall(registrars, request, Waits.LIMIT);
        if (!replies.failures().isEmpty()) {
            throw new IllegalStateException(request + " failed: " + replies.failures());
        }
        return replies.replies().values();
    }

    /// The old registries end first, so their names are told to nobody when the holders end.
    @Override
    public void clear() throws InterruptedException {
        generation++;
        PandoProcess.run(node(), () -> {
            askAll(registrars, new PandoRegistrar.Renew(generation));
            holders.forEach(holder -> node().stop(holder, Waits.LIMIT));
            probe();
        });
        holders.clear();
    }

    /// Returns when the servers of a new registry have met.
    private void probe() {
        register(registry(), PROBE, Self.pid(), 0);
        askAll(registrars, new PandoRegistrar.Await(1));
        registry().unregister(PROBE, Self.pid());
        askAll(registrars, new PandoRegistrar.Await(0));
    }

    @Override
    public Load lookUpFar(int names) throws InterruptedException {
        Pid holder = node().spawn(far.getFirst().node(), new PandoEcho());
        return lookUp("far", names, holder);
    }

    @Override
    public Load lookUpNear(int names) throws InterruptedException {
        return lookUp("near", names, holder());
    }

    private Load lookUp(String where, int names, Pid holder) throws InterruptedException {
        List<String> keys =
                IntStream.range(0, names).mapToObj(i -> where + "-" + i).toList();
        PandoProcess.run(node(), () -> keys.forEach(key -> register(registry(), key, holder, 0)));
        return operations -> PandoProcess.run(node(), () -> {
            HordeRegistry registry = registry();
            long found = 0;
            int next = 0;
            for (long i = 0; i < operations; i++) {
                if (registry.lookup(keys.get(next)).orElseThrow().equals(holder)) {
                    found++;
                }
                next = next + 1 < names ? next + 1 : 0;
            }
            Waits.check("names found", operations, found);
        });
    }

    @Override
    public long heapFar() throws InterruptedException {
        return PandoProcess.call(node(), () -> ask(far.getFirst(), new PandoRegistrar.Weigh()));
    }

    @Override
    public List<Long> join(int names, int times) throws InterruptedException {
        return PandoProcess.call(node(), () -> {
            near.member().cluster().monitorNodes(Self.pid());
            List<Long> nanos = new ArrayList<>();
            try (AutoCloseable _ = newcomers.start(generation)) {
                while (nanos.size() < times) {
                    NodeUp up = Self.receive(NodeUp.class, COMES)
                            .orElseThrow(() -> new IllegalStateException("no node has come"));
                    long start = System.nanoTime();
                    RemoteName visitor = PandoRegistrar.NAME.on(up.node());
                    Waits.check("names", names, ask(visitor, new PandoRegistrar.Await(names)));
                    nanos.add(System.nanoTime() - start);
                    Self.cast(visitor, new PandoRegistrar.Leave());
                }
            }
            return nanos;
        });
    }

    /// What the claimers hear and say.
    private record Go(String key) {}

    private record Outcome(Pid claimer, Registration registration) {}

    @Override
    public int contend(int processes, int rounds) throws InterruptedException {
        return PandoProcess.call(node(), () -> {
            HordeRegistry registry = registry();
            Pid referee = Self.pid();
            // They live on, so a key stays with its holder until the round is over.
            List<Pid> claimers = IntStream.range(0, processes)
                    .mapToObj(_ -> Self.spawnLink(() -> claim(registry, referee)))
                    .toList();
            int right = 0;
            for (int round = 0; round < rounds; round++) {
                String key = "contended-" + round;
                claimers.forEach(claimer -> Self.send(claimer, new Go(key)));
                List<Outcome> outcomes =
                        claimers.stream().map(_ -> Self.receive(Outcome.class)).toList();
                if (isRight(outcomes, registry.lookup(key))) {
                    right++;
                }
            }
            return right;
        });
    }

    private static void claim(HordeRegistry registry, Pid referee) {
        while (true) {
            Go go = Self.receive(Go.class);
            Self.send(referee, new Outcome(Self.pid(), registry.register(go.key(), Self.pid(), 0)));
        }
    }

    /// One is granted the key, and all others are told that it is.
    private static boolean isRight(List<Outcome> outcomes, Optional<Pid> holder) {
        return outcomes.stream().allMatch(outcome -> switch (outcome.registration()) {
            case Registration.Registered _ -> holder.equals(Optional.of(outcome.claimer()));
            case Registration.Taken(Pid other) -> holder.equals(Optional.of(other)) && !other.equals(outcome.claimer());
        });
    }

    @Override
    public int contendOnNodes(int rounds) throws InterruptedException {
        List<String> keys =
                IntStream.range(0, rounds).mapToObj(i -> "contended-" + i).toList();
        return PandoProcess.call(node(), () -> {
            int twice = 0;
            for (String key : keys) {
                long granted = askAll(registrars, new PandoRegistrar.Claim(key)).stream()
                        .filter(isGranted -> isGranted)
                        .count();
                if (granted == 0) {
                    throw new IllegalStateException(key + " was granted to nobody");
                }
                twice += granted > 1 ? 1 : 0;
            }
            Waits.until("one living claimer for each key", () -> living() == rounds);
            Waits.until("the same holders on all nodes", () -> holders(keys).size() == 1);
            List<Optional<Pid>> agreed = holders(keys).iterator().next();
            Waits.check("different holders", rounds, new HashSet<>(agreed).size());
            Waits.check(
                    "keys held",
                    rounds,
                    agreed.stream().flatMap(Optional::stream).count());
            Waits.check("living claimers", rounds, living());
            return twice;
        });
    }

    private int living() {
        return askAll(registrars, new PandoRegistrar.Living()).stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /// As the nodes see them; of one kind once they agree.
    private Set<List<Optional<Pid>>> holders(List<String> keys) {
        return new HashSet<>(askAll(registrars, new PandoRegistrar.Holders(keys)));
    }

    @Override
    public void close() {
        near.close();
    }
}
