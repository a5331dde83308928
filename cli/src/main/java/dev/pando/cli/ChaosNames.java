package dev.pando.cli;

import dev.pando.cli.ChaosNamesSnapshot.Found;
import dev.pando.cli.ChaosNamesSnapshot.Held;
import dev.pando.cli.ChaosSample.Sum;
import dev.pando.cluster.Cluster;
import dev.pando.core.ChildSpec;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Registration;
import dev.pando.core.RegistryEntry;
import dev.pando.core.RegistryNotice;
import dev.pando.core.Self;
import dev.pando.horde.HordeRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Holds names of a [HordeRegistry]: processes claim them, change their values, give them up and die, while some
/// workers have been told to; and writes down what each of them was granted and told.
///
/// A key is drawn from as many as all nodes are to hold and a quarter more: so most are held, though maybe on a side
/// that is out of reach.
final class ChaosNames implements ChaosWork {

    private static final int WORKERS = 4;
    private static final int PAUSE_MILLIS = 20;
    private static final int PAUSE_MILLIS_SPREAD = 40;
    /// How long a process that was told of a loss lives, to hear whether it is told again.
    private static final Duration HEARS_AGAIN = Duration.ofSeconds(1);
    private static final int PLANT_EVERY = 10;

    private final Node node;
    private final HordeRegistry names;
    private final ChaosPlant plant;
    private final int keys;
    private final Consumer<ChaosLine> say;
    private final Map<Pid, ChaosClaim> claims = new ConcurrentHashMap<>();
    /// Those whose process was told of a loss, and has ended.
    private final List<ChaosClaim> lost = new CopyOnWriteArrayList<>();
    private final Map<String, Pid> heard = new ConcurrentHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final AtomicLong granted = new AtomicLong();
    private final AtomicLong planted = new AtomicLong();
    private Optional<Pid> server = Optional.empty();
    /// How many names to hold; 0 at rest.
    private volatile int share;

    ChaosNames(Node node, Cluster cluster, ChaosSettings settings, Consumer<ChaosLine> say) {
        this.node = node;
        this.names = HordeRegistry.of(cluster, "chaos");
        this.plant = settings.plant();
        this.keys = settings.names() * 5 / 4;
        this.say = say;
    }

    @Override
    public List<ChildSpec> prepare() {
        node.spawn(this::listen);
        for (int i = 0; i < WORKERS; i++) {
            node.spawn(this::work);
        }
        new ChaosSampler(this::sampleAtRest, say).start();
        return List.of(names.childSpec());
    }

    private synchronized void fault(String what) {
        faults.add(what);
    }

    private boolean isPlanted(ChaosPlant what) {
        return plant == what && planted.incrementAndGet() % PLANT_EVERY == 0;
    }

    // ---- what happens to names

    private void work() {
        RandomGenerator chance = RandomGenerator.getDefault();
        while (true) {
            int wanted = share;
            long own = claims.values().stream().filter(ChaosClaim::lasts).count();
            boolean few = own * 100 < wanted * 95L;
            if (wanted > 0) {
                turn(chance, few, own * 100 > wanted * 110L);
            }
            Self.sleep(Duration.ofMillis(few ? 1 : PAUSE_MILLIS + chance.nextInt(PAUSE_MILLIS_SPREAD)));
        }
    }

    private void turn(RandomGenerator chance, boolean few, boolean many) {
        int drawn = chance.nextInt(100);
        if (few || (drawn < 45 && !many)) {
            String key = "key-" + chance.nextInt(keys);
            int value = chance.nextInt(1_000);
            Self.spawn(() -> hold(key, value));
        } else {
            List<ChaosClaim> all = List.copyOf(claims.values());
            if (!all.isEmpty()) {
                ChaosClaim one = all.get(chance.nextInt(all.size()));
                if (one.take()) {
                    change(one, drawn);
                    one.leave();
                }
            }
        }
    }

    private void change(ChaosClaim claim, int drawn) {
        try {
            if (!claim.lasts() || drawn < 60) {
                kill(claim);
            } else if (drawn < 75) {
                names.unregister(claim.key, claim.pid);
                claim.givenUp();
            } else {
                int value = claim.value() + 1;
                if (isPlanted(ChaosPlant.SKIP_UPDATE)
                        || names.update(claim.key, claim.pid, _ -> value).isPresent()) {
                    claim.value(value);
                }
            }
        } catch (ExitException e) {
            // It may have been done.
            kill(claim);
        }
    }

    private void kill(ChaosClaim claim) {
        if (!claim.isTold()) {
            claim.killed();
            node.exit(claim.pid, ExitReason.killed());
            claims.remove(claim.pid);
        }
    }

    /// Claims a name and holds it; ends when it is told that it has lost it.
    private void hold(String key, int value) {
        Self.trapExits(true);
        ChaosClaim claim = new ChaosClaim(key, Self.pid(), value);
        claims.put(claim.pid, claim);
        if (claim(claim)) {
            claim.leave();
            lose(claim);
            lost.add(claim);
        }
        claims.remove(claim.pid);
    }

    private boolean claim(ChaosClaim claim) {
        try {
            return switch (names.register(claim.key, claim.pid, claim.value())) {
                case Registration.Registered(var token) -> {
                    granted.incrementAndGet();
                    claim.granted(Optional.of(token));
                    if (isPlanted(ChaosPlant.FORGET_GRANT)) {
                        claims.remove(claim.pid);
                    }
                    yield true;
                }
                case Registration.Taken _ -> {
                    boolean holds = isPlanted(ChaosPlant.HOLD_UNGRANTED);
                    if (holds) {
                        claim.granted(Optional.empty());
                    }
                    yield holds;
                }
            };
        } catch (ExitException e) {
            // It may have been granted, and is given up with the end of this process.
            return false;
        }
    }

    private void lose(ChaosClaim claim) {
        Exit first = Self.receive(Exit.class);
        while (plant == ChaosPlant.SWALLOW_CONFLICT) {
            first = Self.receive(Exit.class);
        }
        told(claim, first);
        if (plant == ChaosPlant.TELL_TWICE) {
            Self.exit(claim.pid, first.reason());
        }
        Optional<Exit> again = Self.receive(Exit.class, HEARS_AGAIN);
        while (again.isPresent()) {
            told(claim, again.get());
            again = Self.receive(Exit.class, HEARS_AGAIN);
        }
    }

    private void told(ChaosClaim claim, Exit exit) {
        switch (exit.reason()) {
            case ExitReason.NameConflict conflict
            when claim.key.equals(conflict.key().value()) -> claim.lostTo(conflict.winner());
            default -> fault(claim.pid + ", made for " + claim.key + ", was told " + exit.reason());
        }
    }

    /// Keeps a copy of the registry by what a listener is told.
    private void listen() {
        names.listen(Self.pid());
        names.select(_ -> true).forEach(entry -> heard.put((String) entry.key(), entry.pid()));
        while (true) {
            RegistryNotice notice = Self.receive(RegistryNotice.class);
            if (!isPlanted(ChaosPlant.MISS_NOTICES)) {
                switch (notice) {
                    case RegistryNotice.Registered(var _, RegistryEntry entry) ->
                        heard.put((String) entry.key(), entry.pid());
                    case RegistryNotice.Unregistered(var _, RegistryEntry entry) ->
                        heard.remove((String) entry.key(), entry.pid());
                }
            }
        }
    }

    // ---- what is told

    /// At rest.
    private Optional<ChaosSample> sampleAtRest(long before) {
        return share > 0 ? Optional.empty() : Optional.of(sample(before));
    }

    private ChaosSample sample(long before) {
        Sum held = Sum.NONE;
        for (ChaosClaim claim : claims.values()) {
            if (claim.isGranted() && claim.lasts() && node.isAlive(claim.pid)) {
                held = held.plus(claim.key, claim.pid, claim.value());
            }
        }
        Sum found = Sum.NONE;
        for (Found entry : found()) {
            found = found.plus(entry.key(), entry.pid(), entry.value());
        }
        Sum copied = Sum.NONE;
        for (Map.Entry<String, Pid> entry : heard.entrySet()) {
            copied = copied.plus(entry.getKey(), entry.getValue());
        }
        return new ChaosSample(System.nanoTime(), before, held, found, copied);
    }

    private List<Found> found() {
        return names.select(_ -> true).stream()
                .map(entry -> new Found((String) entry.key(), entry.pid(), (Integer) entry.value()))
                .toList();
    }

    @Override
    public ChaosLine.Answered answer(ChaosAsk ask) {
        return switch (ask.what()) {
            case WORK -> {
                share = ask.names();
                server = server.or(() -> node.whereis(new Name(names.toString())));
                yield new ChaosLine.Named(ask.number(), ChaosNamesSnapshot.count(node.incarnation(), names.count()));
            }
            case REST -> {
                share = 0;
                yield new ChaosLine.Named(ask.number(), ChaosNamesSnapshot.count(node.incarnation(), names.count()));
            }
            case LOOK -> new ChaosLine.Named(ask.number(), look());
            case SNAPSHOT, CALLS, FLOOD, START, TERMINATE, WAIT ->
                throw new IllegalArgumentException("there are only names here");
        };
    }

    private synchronized ChaosNamesSnapshot look() {
        List<Held> held = new ArrayList<>();
        for (ChaosClaim claim : claims.values()) {
            // First this: what ends a process is written down before it does.
            boolean alive = node.isAlive(claim.pid);
            if (claim.isGranted() && !claim.isKilled()) {
                held.add(claim.held(alive));
            }
        }
        lost.forEach(claim -> held.add(claim.held(false)));
        List<String> all = new ArrayList<>(faults);
        if (server.isPresent() && !node.whereis(new Name(names.toString())).equals(server)) {
            all.add("the registry's server was started again");
        }
        return new ChaosNamesSnapshot(
                node.incarnation(),
                held,
                found(),
                names.count(),
                heard.entrySet().stream()
                        .map(entry -> new Found(entry.getKey(), entry.getValue(), 0))
                        .toList(),
                granted.get(),
                all);
    }
}
