package dev.pando.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The two ways to make one request after the other. The outcome is the last answer.
enum PekkoCaller {
    /// An actor sends the next request when the answer has come: no time limit, no future.
    ACTOR {
        @Override
        void call(PekkoActors actors, ActorRef<PekkoCounter.Message> server, long times, CompletableFuture<Long> end) {
            Behavior<Long> caller = Behaviors.setup(context -> {
                ActorRef<Long> self = context.getSelf();
                Answers answers = new Answers(times);
                server.tell(new PekkoCounter.Next(self));
                return Behaviors.receiveMessage(answer -> {
                    if (answers.add(answer)) {
                        server.tell(new PekkoCounter.Next(self));
                        return Behaviors.same();
                    }
                    end.complete(answer);
                    return Behaviors.stopped();
                });
            });
            actors.start(caller);
        }
    },

    /// A virtual thread asks and waits for the future.
    ASK {
        @Override
        void call(PekkoActors actors, ActorRef<PekkoCounter.Message> server, long times, CompletableFuture<Long> end) {
            Thread.ofVirtual().start(() -> {
                try {
                    Answers answers = new Answers(times);
                    long answer;
                    do {
                        answer = actors.ask(server, PekkoCounter.Next::new)
                                .toCompletableFuture()
                                .join();
                    } while (answers.add(answer));
                    end.complete(answer);
                } catch (RuntimeException e) {
                    end.completeExceptionally(e);
                }
            });
        }
    };

    abstract void call(
            PekkoActors actors, ActorRef<PekkoCounter.Message> server, long times, CompletableFuture<Long> end);

    /// Sees that the answers grow, and that there are enough.
    private static final class Answers {
        private long left;
        private long last;

        Answers(long expected) {
            left = expected;
        }

        /// Whether another one is wanted.
        boolean add(long answer) {
            if (answer <= last) {
                throw new IllegalStateException("the answer " + answer + " came after " + last);
            }
            last = answer;
            return --left > 0;
        }
    }
}
