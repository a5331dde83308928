package dev.pando.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Pekko's typed actors, as its manual has them: functional behaviours, and the address for the answer in the
/// message.
final class PekkoSubject implements Subject {

    private record Ping(ActorRef<Pong> replyTo, long number) {}

    private record Pong(long number) {}

    private final PekkoActors actors;
    private final PekkoCaller caller;

    /// @param config what differs from the library's own configuration
    PekkoSubject(String config, PekkoCaller caller) {
        this.actors = new PekkoActors(config);
        this.caller = caller;
    }

    @Override
    public String about() {
        return "Pekko " + Version.current() + " on Java " + Runtime.version();
    }

    @Override
    public Load call(int callers) {
        ActorRef<PekkoCounter.Message> server = actors.start(PekkoCounter.create());
        return operations -> {
            long before = count(server);
            List<CompletableFuture<Long>> ends = LongStream.range(0, callers)
                    .map(number -> (operations + number) / callers)
                    .filter(share -> share > 0)
                    .mapToObj(share -> call(server, share))
                    .toList();
            long last = before;
            for (CompletableFuture<Long> end : ends) {
                last = Math.max(last, Waits.result(end));
            }
            Waits.check("calls", operations, last - before);
        };
    }

    private CompletableFuture<Long> call(ActorRef<PekkoCounter.Message> server, long times) {
        CompletableFuture<Long> end = new CompletableFuture<>();
        caller.call(actors, server, times, end);
        return end;
    }

    private long count(ActorRef<PekkoCounter.Message> server) throws InterruptedException {
        return Waits.result(actors.ask(server, PekkoCounter.Next::new).toCompletableFuture());
    }

    @Override
    public Load cast() {
        ActorRef<PekkoCounter.Message> server = actors.start(PekkoCounter.create());
        return operations -> {
            long before = count(server);
            CompletableFuture<Long> after = new CompletableFuture<>();
            actors.start(Behaviors.<Long>setup(context -> {
                for (long i = 0; i < operations; i++) {
                    server.tell(new PekkoCounter.Hit());
                }
                server.tell(new PekkoCounter.Next(context.getSelf()));
                return Behaviors.receiveMessage(count -> {
                    after.complete(count);
                    return Behaviors.stopped();
                });
            }));
            Waits.check("messages", operations, Waits.result(after) - before - 1);
        };
    }

    /// An actor is an actor: the same as a cast.
    @Override
    public Load send() {
        return cast();
    }

    @Override
    public Load pingPong() {
        ActorRef<Ping> echo = actors.start(Behaviors.receiveMessage(ping -> {
            ping.replyTo().tell(new Pong(ping.number()));
            return Behaviors.same();
        }));
        return operations -> {
            CompletableFuture<Long> end = new CompletableFuture<>();
            actors.start(Behaviors.<Pong>setup(context -> {
                echo.tell(new Ping(context.getSelf(), 1));
                return Behaviors.receiveMessage(pong -> {
                    if (pong.number() == operations) {
                        end.complete(pong.number());
                        return Behaviors.stopped();
                    }
                    echo.tell(new Ping(context.getSelf(), pong.number() + 1));
                    return Behaviors.same();
                });
            }));
            Waits.check("round trips", operations, Waits.result(end));
        };
    }

    @Override
    public Load ring(int size) {
        return PekkoRing.of(actors, size);
    }

    @Override
    public Load spawn() {
        return Load.starting(PekkoPopulation.passing(actors));
    }

    @Override
    public Load skynet(int leaves) {
        return operations -> {
            for (long i = 0; i < operations; i++) {
                PekkoSkynet.run(actors, leaves);
            }
        };
    }

    @Override
    public Population processes() {
        return PekkoPopulation.together(actors);
    }

    @Override
    public Population servers() {
        return PekkoPopulation.oneByOne(actors);
    }

    @Override
    public void close() {
        actors.close();
    }
}
