package dev.pando.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// An actor system in which actors are started and asked from outside.
final class PekkoActors implements AutoCloseable {

    private static final Duration ASK = Duration.ofSeconds(5);
    private static final long END_SECONDS = 10;
    private static final String QUIET = "pekko { use-slf4j = off, loglevel = WARNING, log-dead-letters = off,"
            + " coordinated-shutdown.run-by-jvm-shutdown-hook = off }";

    private final ActorSystem<Void> system;
    private final AtomicLong started = new AtomicLong();

    /// @param config what differs from the library's own configuration
    PekkoActors(String config) {
        Config all = ConfigFactory.parseString(config)
                .withFallback(ConfigFactory.parseString(QUIET))
                .withFallback(ConfigFactory.load());
        system = ActorSystem.create(Behaviors.empty(), "bench", all);
    }

    <M> ActorRef<M> start(Behavior<M> behavior) {
        return start(behavior, "actor" + started.incrementAndGet());
    }

    /// Under a name, by which other systems find it.
    <M> ActorRef<M> start(Behavior<M> behavior, String name) {
        return system.systemActorOf(behavior, name, Props.empty());
    }

    ActorSystem<Void> system() {
        return system;
    }

    <M, R> CompletionStage<R> ask(ActorRef<M> actor, Function<ActorRef<R>, M> request) {
        return AskPattern.ask(actor, request::apply, ASK, system.scheduler());
    }

    /// Waits no longer than that: all has been measured, and the workers of its pool have been seen to spin for good.
    @Override
    public void close() {
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(Done.getInstance(), END_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
