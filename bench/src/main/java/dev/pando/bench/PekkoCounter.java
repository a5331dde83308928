package dev.pando.bench;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Counts what it is sent.
final class PekkoCounter {

    sealed interface Message {}

    /// Counts, and answers with the count.
    record Next(ActorRef<Long> replyTo) implements Message {}

    record Hit() implements Message {}

    private long count;

    static Behavior<Message> create() {
        return Behaviors.setup(_ -> Behaviors.receiveMessage(new PekkoCounter()::receive));
    }

    private Behavior<Message> receive(Message message) {
        count++;
        switch (message) {
            case Next(ActorRef<Long> replyTo) -> replyTo.tell(count);
            case Hit _ -> {}
        }
        return Behaviors.same();
    }

    private PekkoCounter() {}
}
