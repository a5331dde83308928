package dev.pando.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Starts children, each of which says when it has been born. They end with their parent, if not before.
final class PekkoParent {

    enum Message {
        BORN,
        LEAVE
    }

    /// What kind of children, and how many.
    ///
    /// @param unbornMax how many may be on their way at once
    record Plan(Child child, int count, int unbornMax) {}

    @FunctionalInterface
    interface Child {
        Behavior<Message> of(ActorRef<Message> parent);
    }

    private final ActorContext<Message> context;
    private final Plan plan;
    private final CompletableFuture<Boolean> complete;
    private int started;
    private int born;

    private PekkoParent(ActorContext<Message> context, Plan plan, CompletableFuture<Boolean> complete) {
        this.context = context;
        this.plan = plan;
        this.complete = complete;
    }

    /// @param complete told when all children have been born
    /// @param gone told when neither the parent nor any child is left
    static Behavior<Message> create(Plan plan, CompletableFuture<Boolean> complete, CompletableFuture<Boolean> gone) {
        return Behaviors.setup(context -> {
            PekkoParent parent = new PekkoParent(context, plan, complete);
            parent.startNext();
            return Behaviors.receive(Message.class)
                    .onMessageEquals(Message.BORN, parent::born)
                    .onMessageEquals(Message.LEAVE, Behaviors::stopped)
                    .onSignal(PostStop.class, _ -> {
                        gone.complete(true);
                        return Behaviors.same();
                    })
                    .build();
        });
    }

    private Behavior<Message> born() {
        born++;
        startNext();
        return Behaviors.same();
    }

    private void startNext() {
        while (started < plan.count() && started - born < plan.unbornMax()) {
            context.spawnAnonymous(plan.child().of(context.getSelf()));
            started++;
        }
        if (born == plan.count()) {
            complete.complete(true);
        }
    }
}
