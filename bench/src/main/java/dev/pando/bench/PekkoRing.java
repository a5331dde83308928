package dev.pando.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Actors of which each passes a token on to the next, the last one to the first.
final class PekkoRing {

    private sealed interface Message {}

    /// Whoever gets it when no hop is left says where it is.
    private record Token(long hopsLeft, CompletableFuture<Integer> end) implements Message {}

    private record Next(ActorRef<Message> actor) implements Message {}

    static Load of(PekkoActors actors, int size) {
        ActorRef<Message> last = actors.start(pass(size - 1));
        ActorRef<Message> first = last;
        for (int place = size - 2; place >= 0; place--) {
            first = actors.start(pass(place, first));
        }
        ActorRef<Message> start = first;
        last.tell(new Next(start));
        return operations -> {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            start.tell(new Token(operations, end));
            Waits.check("the token's place", operations % size, Waits.result(end));
        };
    }

    private static Behavior<Message> pass(int place) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Next(ActorRef<Message> next) -> pass(place, next);
            case Token _ -> Behaviors.unhandled();
        });
    }

    private static Behavior<Message> pass(int place, ActorRef<Message> next) {
        return Behaviors.receiveMessage(message -> switch (message) {
            case Token(long hopsLeft, CompletableFuture<Integer> end) -> {
                if (hopsLeft == 0) {
                    end.complete(place);
                } else {
                    next.tell(new Token(hopsLeft - 1, end));
                }
                yield Behaviors.same();
            }
            case Next _ -> Behaviors.unhandled();
        });
    }

    private PekkoRing() {}
}
