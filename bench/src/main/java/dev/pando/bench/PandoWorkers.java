package dev.pando.bench;

import dev.pando.core.Call;
import dev.pando.core.Dest;
import dev.pando.core.MultiReply;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.RemoteName;
import dev.pando.core.Self;
import dev.pando.core.Start;
import dev.pando.core.Task;
import dev.pando.horde.DistributedSupervisor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// `DistributedSupervisor` on several nodes, by its public API.
final class PandoWorkers implements FailoverSubject {

    private final PandoWorkplace near;
    private final Victims victims;
    private final List<NodeName> names;
    private final NodeName victimName;
    private AutoCloseable victim;
    private int generation;

    /// @param places of which the newcomer's is that of the node that may be killed
    PandoWorkers(Places places, Victims victims) throws Exception {
        this.near = PandoWorkplace.join(Places.NEAR, places, places.nodes());
        this.victims = victims;
        this.names = IntStream.rangeClosed(0, places.newcomer())
                .mapToObj(PandoMember::name)
                .toList();
        this.victimName = names.getLast();
        this.victim = victims.start();
        meet();
    }

    private Node node() {
        return near.member().node();
    }

    private DistributedSupervisor supervisor() {
        return near.supervisor();
    }

    /// Returns when the supervisors of all nodes know each other.
    private void meet() throws InterruptedException {
        near.member().await(names.size());
        for (NodeName name : names) {
            Waits.until(
                    "the supervisors know each other",
                    () -> supervisor().statusOf(name, Waits.LIMIT).nodes() == names.size());
        }
    }

    @Override
    public String about() {
        return "Pando on Java " + Runtime.version();
    }

    @Override
    public int workersMax() {
        return Integer.MAX_VALUE;
    }

    @Override
    public Laps start(int callers, List<Integer> marks) throws Exception {
        generation++;
        PandoProcess.run(node(), () -> {
            askAll(names, new PandoForeman.Rest());
            names.forEach(name -> askAll(List.of(name), new PandoForeman.Renew(generation)));
        });
        meet();
        int total = marks.getLast();
        AtomicInteger next = new AtomicInteger();
        List<Long> laps = new ArrayList<>();
        long start = System.nanoTime();
        for (int mark : marks) {
            repeat(callers, mark - next.get(), () -> start(next.getAndIncrement()));
            laps.add(System.nanoTime() - start);
        }
        await(total);
        Laps result = new Laps(laps, System.nanoTime() - start);
        Waits.check(
                "workers", total, PandoProcess.call(node(), () -> census(names)).size());
        return result;
    }

    /// Returns when all nodes find so many workers.
    private void await(int workers) throws InterruptedException {
        PandoProcess.run(node(), () -> askAll(names, new PandoForeman.Await(workers, Optional.empty())));
    }

    private void start(int number) {
        Start start = supervisor().startOrGet(PandoWorker.spec(number), Waits.LIMIT);
        if (!(start instanceof Start.Started)) {
            throw new IllegalStateException(PandoWorker.id(number) + " was not there, but " + start);
        }
    }

    @Override
    public Load call(int callers, int workers) throws Exception {
        start(Work.MANY, List.of(workers));
        List<Dest> ids = IntStream.range(0, workers)
                .mapToObj(number -> supervisor().via(PandoWorker.id(number)))
                .toList();
        AtomicInteger first = new AtomicInteger();
        return operations -> PandoProcess.divide(
                node(), callers, operations, share -> callInTurn(ids, first.getAndAdd(workers / callers + 1), share));
    }

    /// How many have been answered rightly.
    private static long callInTurn(List<Dest> ids, int first, long times) {
        int next = Math.floorMod(first, ids.size());
        for (long i = 0; i < times; i++) {
            Waits.check("answer", i, Self.call(ids.get(next), new PandoWorker.Ask(i)));
            next = next + 1 < ids.size() ? next + 1 : 0;
        }
        return times;
    }

    @Override
    public Loss kill(int workers) throws Exception {
        each(workers, this::start);
        await(workers);
        Loss loss = PandoProcess.call(node(), () -> lose(workers));
        victim = victims.start();
        meet();
        await(workers);
        Toll later = PandoProcess.call(node(), () -> toll(workers, names));
        each(workers, number -> supervisor().terminate(PandoWorker.id(number), Waits.LIMIT));
        return new Loss(loss.noticed(), loss.back(), loss.toll().map(later::or));
    }

    private void each(int workers, IntConsumer work) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        repeat(Work.MANY, workers, () -> work.accept(next.getAndIncrement()));
    }

    /// So many processes do something so many times together.
    private void repeat(int processes, int times, Runnable work) throws InterruptedException {
        PandoProcess.divide(node(), processes, times, share -> {
            for (long i = 0; i < share; i++) {
                work.run();
            }
            return share;
        });
    }

    private Loss lose(int workers) throws Exception {
        List<NodeName> survivors = names.subList(0, names.size() - 1);
        Pid watched = Self.call(PandoForeman.NAME.on(victimName), new PandoForeman.Here(), Waits.LIMIT);
        survivors.forEach(survivor -> node().spawn(survivor, new PandoSentry(watched, Self.pid())));
        PandoForeman.Await await = new PandoForeman.Await(workers, Optional.of(victimName));
        Task<Collection<Boolean>> back = Task.async(() -> askAll(survivors, await));
        long killed = System.nanoTime();
        victim.close();
        PandoSentry.Fallen _ = Self.receive(PandoSentry.Fallen.class, Waits.LIMIT)
                .orElseThrow(() -> new IllegalStateException("nobody has noticed that a node was killed"));
        long noticed = System.nanoTime();
        back.await(Waits.LIMIT);
        return new Loss(noticed - killed, System.nanoTime() - noticed, Optional.of(toll(workers, survivors)));
    }

    private static Toll toll(int workers, List<NodeName> nodes) {
        Map<Pid, String> living = new HashMap<>();
        census(nodes).forEach(worker -> living.put(worker.pid(), worker.id()));
        return Toll.of(
                IntStream.range(0, workers).mapToObj(PandoWorker::id).toList(),
                living,
                askAll(nodes, new PandoForeman.Known(workers)));
    }

    private static List<PandoForeman.Living> census(List<NodeName> nodes) {
        return askAll(nodes, new PandoForeman.Census()).stream()
                .flatMap(List::stream)
                .toList();
    }

    private static <R> Collection<R> askAll(List<NodeName> names, Call<R> request) {
        List<RemoteName> foremen = names.stream().map(PandoForeman.NAME::on).toList();
        MultiReply<R> replies = Self.multiCall(foremen, request, Waits.LIMIT);
        if (!replies.failures().isEmpty()) {
            throw new IllegalStateException(request + " failed: " + replies.failures());
        }
        return replies.replies().values();
    }

    @Override
    public void close() {
        Places.close(victim);
        near.close();
    }
}
