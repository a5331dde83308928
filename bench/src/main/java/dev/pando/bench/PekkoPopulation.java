package dev.pando.bench;

import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

/// The children of one actor.
final class PekkoPopulation implements Population {

    private static final int SPAWN_BURST = 1_000;

    private record Family(ActorRef<PekkoParent.Message> parent, CompletableFuture<Boolean> gone) {}

    private final PekkoActors actors;
    private final PekkoParent.Child child;
    private final int unbornMax;
    private @Nullable Family family;

    private PekkoPopulation(PekkoActors actors, PekkoParent.Child child, int unbornMax) {
        this.actors = actors;
        this.child = child;
        this.unbornMax = unbornMax;
    }

    /// Each ends when it has been born; up to a thousand are on their way.
    static PekkoPopulation passing(PekkoActors actors) {
        return new PekkoPopulation(actors, PekkoPopulation::passing, SPAWN_BURST);
    }

    /// All are started at once, and stay.
    static PekkoPopulation together(PekkoActors actors) {
        return new PekkoPopulation(actors, PekkoPopulation::idle, Integer.MAX_VALUE);
    }

    /// Each is started when the one before has been born, as `startLink` does it.
    static PekkoPopulation oneByOne(PekkoActors actors) {
        return new PekkoPopulation(actors, PekkoPopulation::idle, 1);
    }

    private static Behavior<PekkoParent.Message> passing(ActorRef<PekkoParent.Message> parent) {
        return Behaviors.setup(_ -> {
            parent.tell(PekkoParent.Message.BORN);
            return Behaviors.stopped();
        });
    }

    private static Behavior<PekkoParent.Message> idle(ActorRef<PekkoParent.Message> parent) {
        return Behaviors.setup(_ -> {
            parent.tell(PekkoParent.Message.BORN);
            return Behaviors.receiveMessage(_ -> Behaviors.same());
        });
    }

    @Override
    public void start(int count) throws InterruptedException {
        CompletableFuture<Boolean> complete = new CompletableFuture<>();
        CompletableFuture<Boolean> gone = new CompletableFuture<>();
        var plan = new PekkoParent.Plan(child, count, unbornMax);
        family = new Family(actors.start(PekkoParent.create(plan, complete, gone)), gone);
        Waits.result(complete);
    }

    @Override
    public void stop() throws InterruptedException {
        if (family != null) {
            family.parent().tell(PekkoParent.Message.LEAVE);
            Waits.result(family.gone());
            family = null;
        }
    }
}
