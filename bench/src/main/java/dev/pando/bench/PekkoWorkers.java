package dev.pando.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.pekko.Version;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.sharding.ShardRegion.ClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingQuery;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.typed.Cluster;

/// Cluster Sharding on several nodes of a cluster. An entity is started by its first question.
final class PekkoWorkers implements FailoverSubject {

    private static final int WORKERS_MAX = 10_000;

    /// The workers have so long to be back.
    private static final Duration BACK = Duration.ofSeconds(30);

    /// A question to a node that is gone is lost, and asked again.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Places places;
    private final PekkoWorkplace near;
    private final Victims victims;
    private AutoCloseable victim;
    private int generation;
    private List<EntityRef<PekkoMail>> workers = List.of();

    PekkoWorkers(Places places, Victims victims) throws Exception {
        this.places = places;
        this.near = PekkoWorkplace.join(Places.NEAR, places, places.nodes());
        this.victims = victims;
        this.victim = victims.start();
        PekkoPlace.await(near.actors(), places.nodes() + 1);
    }

    @Override
    public String about() {
        return "Pekko " + Version.current() + " on Java " + Runtime.version();
    }

    @Override
    public int workersMax() {
        return WORKERS_MAX;
    }

    @Override
    public Laps start(int callers, List<Integer> marks) throws Exception {
        clear();
        name(marks.getLast());
        AtomicInteger next = new AtomicInteger();
        Consumer<PekkoMail.Ask> starting =
                ask -> workers.get(next.getAndIncrement()).tell(ask);
        List<Long> laps = new ArrayList<>();
        long start = System.nanoTime();
        for (int mark : marks) {
            PekkoTurns.run(near.actors(), callers, mark - next.get(), () -> starting, _ -> {});
            laps.add(System.nanoTime() - start);
        }
        return new Laps(laps, laps.getLast());
    }

    /// Other ids than before, lest a worker is asked that has yet to end.
    private void name(int count) {
        generation++;
        workers = IntStream.range(0, count)
                .mapToObj(number ->
                        near.sharding().entityRefFor(PekkoWorkplace.WORKER, generation + "-" + PandoWorker.id(number)))
                .toList();
    }

    private void clear() throws Exception {
        askAll(PekkoWorkplace.END, Waits.LIMIT);
        workers = List.of();
        Waits.until("no worker is left", () -> population(_ -> true) == 0);
    }

    @Override
    public Load call(int callers, int count) throws Exception {
        start(Work.MANY, List.of(count));
        AtomicInteger first = new AtomicInteger();
        return operations -> PekkoTurns.run(
                near.actors(),
                callers,
                operations,
                () -> inTurn(first.getAndAdd(workers.size() / callers + 1)),
                _ -> {});
    }

    private Consumer<PekkoMail.Ask> inTurn(int first) {
        return ask ->
                workers.get(Math.floorMod(first + ask.number(), workers.size())).tell(ask);
    }

    @Override
    public Loss kill(int count) throws Exception {
        start(Work.MANY, List.of(count));
        Waits.until("a third of the workers on the third node", () -> onVictim() > count / 4);
        Cluster cluster = Cluster.get(near.actors().system());
        long killed = System.nanoTime();
        victim.close();
        Waits.until(
                "the killed node is unreachable",
                () -> !cluster.state().getUnreachable().isEmpty());
        long noticed = System.nanoTime();
        askAll(0, BACK);
        long back = System.nanoTime();
        victim = victims.start();
        PekkoPlace.await(near.actors(), places.nodes() + 1);
        return new Loss(noticed - killed, back - noticed, Optional.empty());
    }

    private int onVictim() {
        return population(address -> address.port().contains(places.port(places.newcomer())));
    }

    /// How many workers there are, as the nodes themselves say.
    private int population(Predicate<Address> where) {
        CompletableFuture<ClusterShardingStats> stats = AskPattern.<ClusterShardingQuery, ClusterShardingStats>ask(
                        near.sharding().shardState(),
                        replyTo -> new GetClusterShardingStats(PekkoWorkplace.WORKER, AGAIN, replyTo),
                        Waits.LIMIT,
                        near.actors().system().scheduler())
                .toCompletableFuture();
        return stats.join().getRegions().entrySet().stream()
                .filter(region -> where.test(region.getKey()))
                .flatMap(region -> region.getValue().getStats().values().stream())
                .mapToInt(Integer.class::cast)
                .sum();
    }

    /// Many threads ask all workers, each until it answers.
    ///
    /// @throws IllegalStateException when they have not answered in time
    private void askAll(long question, Duration within) throws Exception {
        long deadline = System.nanoTime() + within.toNanos();
        Iterator<EntityRef<PekkoMail>> next = workers.iterator();
        List<CompletableFuture<Boolean>> askers = IntStream.range(0, Work.MANY)
                .mapToObj(_ -> new CompletableFuture<Boolean>())
                .toList();
        askers.forEach(asker -> Thread.ofVirtual().start(() -> asker.complete(askInTurn(next, question, deadline))));
        for (CompletableFuture<Boolean> asker : askers) {
            if (!Waits.result(asker)) {
                throw new IllegalStateException("not all of %,d workers have answered within %d s"
                        .formatted(workers.size(), within.toSeconds()));
            }
        }
    }

    private static boolean askInTurn(Iterator<EntityRef<PekkoMail>> workers, long question, long deadline) {
        while (true) {
            EntityRef<PekkoMail> worker;
            synchronized (workers) {
                if (!workers.hasNext()) {
                    return true;
                }
                worker = workers.next();
            }
            while (!answers(worker, question)) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
            }
        }
    }

    private static boolean answers(EntityRef<PekkoMail> worker, long question) {
        return worker.<PekkoMail.Answer>ask(replyTo -> new PekkoMail.Ask(question, replyTo), AGAIN)
                .handle((_, late) -> late == null)
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() {
        Places.close(victim);
        near.close();
    }
}
