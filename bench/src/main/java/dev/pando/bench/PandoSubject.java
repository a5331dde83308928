package dev.pando.bench;

import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import dev.pando.core.Task;
import java.util.ArrayList;
import java.util.List;

/// Pando, by its public API: what a user would write.
final class PandoSubject implements Subject {

    private static final int SPAWN_BURST = 1_000;

    private final Node node = Node.start("bench");

    private sealed interface ToTally {}

    private record Letter() implements ToTally {}

    private record Report(Pid to) implements ToTally {}

    private record Total(long letters) {}

    private record Ping(Pid from, long number) {}

    private record Pong(long number) {}

    private record Born() {}

    @Override
    public String about() {
        return "Pando on Java " + Runtime.version();
    }

    @Override
    public Load call(int callers) {
        Pid server = node.start(new PandoCounter());
        return operations -> inProcess(() -> {
            long before = Self.call(server, new PandoCounter.Next());
            List<Task<Long>> tasks = new ArrayList<>();
            for (int caller = 1; caller < callers; caller++) {
                long share = (operations + caller) / callers;
                tasks.add(Task.async(() -> callAgainAndAgain(server, share)));
            }
            long last = callAgainAndAgain(server, operations / callers);
            for (Task<Long> task : tasks) {
                last = Math.max(last, task.await(Waits.LIMIT));
            }
            Waits.check("calls", operations, last - before);
        });
    }

    /// The last answer.
    private static long callAgainAndAgain(Pid server, long times) {
        long last = 0;
        for (long i = 0; i < times; i++) {
            long next = Self.call(server, new PandoCounter.Next());
            if (next <= last) {
                throw new IllegalStateException("the answer " + next + " came after " + last);
            }
            last = next;
        }
        return last;
    }

    @Override
    public Load cast() {
        Pid server = node.start(new PandoCounter());
        return operations -> inProcess(() -> {
            long before = Self.call(server, new PandoCounter.Next());
            for (long i = 0; i < operations; i++) {
                Self.cast(server, new PandoCounter.Hit());
            }
            long after = Self.call(server, new PandoCounter.Next(), Waits.LIMIT);
            Waits.check("casts", operations, after - before - 1);
        });
    }

    @Override
    public Load send() {
        Pid tally = node.spawn(PandoSubject::tally);
        return operations -> inProcess(() -> {
            for (long i = 0; i < operations; i++) {
                Self.send(tally, new Letter());
            }
            Self.send(tally, new Report(Self.pid()));
            Waits.check("messages", operations, Self.receive(Total.class).letters());
        });
    }

    private static void tally() {
        long letters = 0;
        while (true) {
            switch (Self.receive(ToTally.class)) {
                case Letter _ -> letters++;
                case Report(Pid to) -> {
                    Self.send(to, new Total(letters));
                    letters = 0;
                }
            }
        }
    }

    @Override
    public Load pingPong() {
        Pid echo = node.spawn(PandoSubject::echo);
        return operations -> inProcess(() -> {
            Pid me = Self.pid();
            for (long i = 0; i < operations; i++) {
                Self.send(echo, new Ping(me, i));
                Waits.check("echo", i, Self.receive(Pong.class).number());
            }
        });
    }

    private static void echo() {
        while (true) {
            Ping ping = Self.receive(Ping.class);
            Self.send(ping.from(), new Pong(ping.number()));
        }
    }

    @Override
    public Load ring(int size) {
        return PandoRing.of(node, size);
    }

    @Override
    public Load spawn() {
        return operations -> inProcess(() -> {
            Pid me = Self.pid();
            for (long left = operations; left > 0; left -= SPAWN_BURST) {
                long burst = Math.min(left, SPAWN_BURST);
                for (long i = 0; i < burst; i++) {
                    Self.spawn(() -> Self.send(me, new Born()));
                }
                for (long i = 0; i < burst; i++) {
                    Self.receive(Born.class);
                }
            }
        });
    }

    @Override
    public Load skynet(int leaves) {
        return operations -> {
            for (long i = 0; i < operations; i++) {
                inProcess(() -> PandoSkynet.run(leaves));
            }
        };
    }

    @Override
    public Population processes() {
        return PandoPopulation.processes(node);
    }

    @Override
    public Population servers() {
        return PandoPopulation.servers(node);
    }

    private void inProcess(ProcessBody body) throws InterruptedException {
        PandoProcess.run(node, body);
    }

    @Override
    public void close() {
        node.close();
    }
}
