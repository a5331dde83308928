package dev.pando.bench;

import dev.pando.cluster.Groups;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/// Pando on two nodes over JGroups, by its public API.
final class PandoRemote implements RemoteSubject {

    private static final NodeName FAR = PandoEnd.name(End.FAR);

    /// Joined last and left last, and so seen last.
    private static final String LAST = "last";

    private final PandoEnd near;

    PandoRemote(Wire wire) {
        near = PandoEnd.near(wire);
    }

    private Node node() {
        return near.node();
    }

    @Override
    public String about() {
        return "Pando on Java " + Runtime.version();
    }

    @Override
    public Load call(int callers, LongConsumer took) {
        Pid server = node().spawn(FAR, new PandoEcho());
        return operations ->
                PandoProcess.divide(node(), callers, operations, share -> callAgainAndAgain(server, share, took));
    }

    /// How many have been answered rightly.
    private static long callAgainAndAgain(Pid server, long times, LongConsumer took) {
        for (long i = 0; i < times; i++) {
            long start = System.nanoTime();
            long answer = Self.call(server, new PandoEcho.Ask(i));
            took.accept(System.nanoTime() - start);
            Waits.check("answer", i, answer);
        }
        return times;
    }

    @Override
    public Stream stream(int senders, int bytes) {
        Pid tally = node().spawn(FAR, new PandoTally());
        byte[] text = new byte[bytes];
        return messages -> {
            PandoProcess.run(node(), () -> {
                PandoTally.Total before = report(tally);
                List<Task<PandoTally.Total>> tasks = new ArrayList<>();
                for (int sender = 0; sender < senders; sender++) {
                    long share = (messages + sender) / senders;
                    tasks.add(Task.async(() -> send(tally, text, share)));
                }
                PandoTally.Total after = before;
                for (Task<PandoTally.Total> task : tasks) {
                    PandoTally.Total total = task.await(Waits.LIMIT);
                    after = total.letters() > after.letters() ? total : after;
                }
                Waits.check("messages", messages, after.letters() - before.letters());
                Waits.check("bytes", messages * bytes, after.bytes() - before.bytes());
            });
            return messages;
        };
    }

    private static PandoTally.Total send(Pid tally, byte[] text, long times) {
        for (long i = 0; i < times; i++) {
            Self.send(tally, new PandoTally.Letter(text));
        }
        return report(tally);
    }

    private static PandoTally.Total report(Pid tally) {
        Self.send(tally, new PandoTally.Report(Self.pid()));
        return Self.receive(PandoTally.Total.class);
    }

    @Override
    public Load groups(int joins) {
        return joining(IntStream.range(0, joins).mapToObj(i -> "group" + i).toList(), joins);
    }

    @Override
    public Load group(int joins) {
        return joining(IntStream.range(0, joins).mapToObj(_ -> "group").toList(), 1);
    }

    /// A process for each name joins the group of that name.
    private Load joining(List<String> names, int groups) {
        Groups pg = near.groups();
        List<Pid> pids = names.stream()
                .map(_ -> node().spawn(() -> Self.receive(PandoTally.Total.class)))
                .toList();
        return new Load() {
            @Override
            public void run(long operations) throws Exception {
                Waits.check("operations between two clearings", 1, operations);
                PandoProcess.run(node(), () -> {
                    for (int i = 0; i < names.size(); i++) {
                        pg.join(names.get(i), pids.get(i));
                    }
                    pg.join(LAST, pids.getFirst());
                    awaitFar(LAST, 1, groups + 1);
                    awaitFar(names.getFirst(), names.size() / groups, groups + 1);
                });
            }

            @Override
            public void settle() throws Exception {
                PandoProcess.run(node(), () -> {
                    for (int i = 0; i < names.size(); i++) {
                        pg.leave(names.get(i), pids.get(i));
                    }
                    pg.leave(LAST, pids.getFirst());
                    awaitFar(LAST, 0, 0);
                });
            }
        };
    }

    private static void awaitFar(String group, int members, int groups) {
        long seen = Self.call(PandoWatch.NAME.on(FAR), new PandoWatch.Await(group, members), Waits.LIMIT);
        Waits.check("groups", groups, seen);
    }

    @Override
    public void close() {
        near.close();
    }
}
