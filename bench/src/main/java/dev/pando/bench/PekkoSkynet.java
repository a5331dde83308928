package dev.pando.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A tree in which each actor but the leaves starts ten others, and each sends its parent the sum of what is below.
final class PekkoSkynet {

    private static final int CHILDREN = 10;

    private record Sum(long numbers, int actors) {}

    /// @param leaves a power of ten
    static void run(PekkoActors actors, int leaves) throws InterruptedException {
        CompletableFuture<Sum> end = new CompletableFuture<>();
        actors.start(Behaviors.<Sum>setup(context -> {
            context.spawnAnonymous(node(context.getSelf(), 0, leaves));
            return Behaviors.receiveMessage(sum -> {
                end.complete(sum);
                return Behaviors.stopped();
            });
        }));
        Sum sum = Waits.result(end);
        Waits.check("sum of the leaves", (long) leaves * (leaves - 1) / 2, sum.numbers());
        Waits.check("actors", (10L * leaves - 1) / 9, sum.actors());
    }

    private static Behavior<Sum> node(ActorRef<Sum> parent, int first, int leaves) {
        return Behaviors.setup(context -> {
            if (leaves == 1) {
                parent.tell(new Sum(first, 1));
                return Behaviors.stopped();
            }
            int share = leaves / CHILDREN;
            for (int child = 0; child < CHILDREN; child++) {
                context.spawnAnonymous(node(context.getSelf(), first + child * share, share));
            }
            return new Adder(parent).receive();
        });
    }

    private static final class Adder {
        private final ActorRef<Sum> parent;
        private int left = CHILDREN;
        private long numbers;
        private int actors = 1;

        Adder(ActorRef<Sum> parent) {
            this.parent = parent;
        }

        Behavior<Sum> receive() {
            return Behaviors.receiveMessage(sum -> {
                numbers += sum.numbers();
                actors += sum.actors();
                if (--left > 0) {
                    return Behaviors.same();
                }
                parent.tell(new Sum(numbers, actors));
                return Behaviors.stopped();
            });
        }
    }

    private PekkoSkynet() {}
}
