package dev.pando.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Actors that ask, each one question after the other.
final class PekkoTurns {

    /// Waits until so many questions are answered, each by its own number.
    ///
    /// @param asked gives each caller somebody to ask
    /// @param took hears how long each question took
    static void run(
            PekkoActors actors, int callers, long questions, Supplier<Consumer<PekkoMail.Ask>> asked, LongConsumer took)
            throws InterruptedException {
        List<CompletableFuture<Long>> ends = LongStream.range(0, callers)
                .map(caller -> (questions + caller) / callers)
                .filter(share -> share > 0)
                .mapToObj(share -> {
                    CompletableFuture<Long> end = new CompletableFuture<>();
                    actors.start(caller(asked.get(), share, took, end));
                    return end;
                })
                .toList();
        long answered = 0;
        for (CompletableFuture<Long> end : ends) {
            answered += Waits.result(end);
        }
        Waits.check("calls", questions, answered);
    }

    /// Sends the next request when the answer has come; the outcome is how many were answered rightly.
    private static Behavior<PekkoMail.Answer> caller(
            Consumer<PekkoMail.Ask> asked, long times, LongConsumer took, CompletableFuture<Long> end) {
        return Behaviors.setup(context -> {
            ActorRef<PekkoMail.Answer> self = context.getSelf();
            // The actor's own: how many are answered, and when the last was asked.
            long[] state = {0, System.nanoTime()};
            asked.accept(new PekkoMail.Ask(0, self));
            return Behaviors.receiveMessage(answer -> {
                took.accept(System.nanoTime() - state[1]);
                if (answer.number() != state[0]) {
                    end.completeExceptionally(
                            new IllegalStateException("answer: expected " + state[0] + ", but it is " + answer));
                    return Behaviors.stopped();
                }
                state[0]++;
                if (state[0] == times) {
                    end.complete(times);
                    return Behaviors.stopped();
                }
                state[1] = System.nanoTime();
                asked.accept(new PekkoMail.Ask(state[0], self));
                return Behaviors.same();
            });
        });
    }

    private PekkoTurns() {}
}
