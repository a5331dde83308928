package dev.pando.bench;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/// The receptionist: each name is a key of its own, with an actor of its own.
final class PekkoReceptionist implements PekkoBook {

    private static final String CLEAR = "clear";

    private static ServiceKey<String> key(int generation, int name) {
        return ServiceKey.create(String.class, generation + "-donation-" + name);
    }

    @Override
    public Runnable fill(PekkoActors actors, int generation, PekkoPen pen) {
        ActorRef<Object> writer = actors.start(writer(generation, pen));
        return () -> writer.tell(CLEAR);
    }

    /// The services end with it, and so do their names.
    private static Behavior<Object> writer(int generation, PekkoPen pen) {
        return Behaviors.setup(context -> {
            List<ActorRef<String>> services = IntStream.range(0, pen.names())
                    .mapToObj(_ -> context.spawnAnonymous(Behaviors.<String>ignore()))
                    .toList();
            ActorRef<Receptionist.Registered> acknowledged = context.getSelf().narrow();
            Runnable register = () -> context.getSystem()
                    .receptionist()
                    .tell(Receptionist.register(key(generation, pen.held()), services.get(pen.held()), acknowledged));
            pen.begin();
            register.run();
            return Behaviors.receive(Object.class)
                    .onMessage(Receptionist.Registered.class, _ -> {
                        if (pen.next()) {
                            register.run();
                        }
                        return Behaviors.same();
                    })
                    .onMessageEquals(CLEAR, Behaviors::stopped)
                    .build();
        });
    }

    @Override
    public int looks(int names) {
        return names;
    }

    @Override
    public int namesAt(int look, int names) {
        return 1;
    }

    @Override
    public Looker looker(ActorContext<Object> context) {
        ActorRef<Receptionist.Listing> found = context.messageAdapter(
                Receptionist.Listing.class,
                listing -> new PekkoWatch.Found(
                        listing.getServiceInstances(listing.getKey()).size()));
        return (generation, look) ->
                context.getSystem().receptionist().tell(Receptionist.find(key(generation, look), found));
    }
}
