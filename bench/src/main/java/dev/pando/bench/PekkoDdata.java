package dev.pando.bench;

import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;

/// Distributed Data: names are the keys of maps in which the last writer wins, spread over many maps, since what
/// travels is a whole map now and then. A write is acknowledged by its own node.
final class PekkoDdata implements PekkoBook {

    private static final int MAPS = 100;

    /// One of them.
    private static Key<LWWMap<String, String>> map(int generation, int number) {
        return LWWMapKey.create("names-" + generation + "-" + number);
    }

    @Override
    public Runnable fill(PekkoActors actors, int generation, PekkoPen pen) {
        ActorRef<Replicator.Command> replicator =
                DistributedData.get(actors.system()).replicator();
        actors.start(writer(generation, pen));
        return () -> IntStream.range(0, MAPS)
                .forEach(number -> replicator.tell(new Replicator.Delete<>(
                        map(generation, number),
                        Replicator.writeLocal(),
                        actors.system().ignoreRef())));
    }

    private static Behavior<Replicator.UpdateResponse<LWWMap<String, String>>> writer(int generation, PekkoPen pen) {
        return Behaviors.setup(context -> {
            DistributedData data = DistributedData.get(context.getSystem());
            SelfUniqueAddress node = data.selfUniqueAddress();
            String holder = context.getSelf().path().toString();
            Runnable register = () -> {
                String name = "donation-" + pen.held();
                data.replicator()
                        .tell(new Replicator.Update<>(
                                map(generation, pen.held() % MAPS),
                                LWWMap.create(),
                                Replicator.writeLocal(),
                                context.getSelf(),
                                names -> names.put(node, name, holder)));
            };
            pen.begin();
            register.run();
            return Behaviors.receiveMessage(response -> {
                if (!(response instanceof Replicator.UpdateSuccess<?>)) {
                    pen.fail(response);
                    return Behaviors.stopped();
                }
                if (pen.next()) {
                    register.run();
                    return Behaviors.same();
                }
                return Behaviors.stopped();
            });
        });
    }

    @Override
    public int looks(int names) {
        return Math.min(names, MAPS);
    }

    @Override
    public int namesAt(int look, int names) {
        return (names - look + MAPS - 1) / MAPS;
    }

    @Override
    public Looker looker(ActorContext<Object> context) {
        ActorRef<Replicator.Command> replicator =
                DistributedData.get(context.getSystem()).replicator();
        @SuppressWarnings("unchecked")
        var type = (Class<Replicator.GetResponse<LWWMap<String, String>>>) (Class<?>) Replicator.GetResponse.class;
        ActorRef<Replicator.GetResponse<LWWMap<String, String>>> found = context.messageAdapter(
                type,
                response -> new PekkoWatch.Found(
                        response instanceof Replicator.GetSuccess<LWWMap<String, String>> success
                                ? success.dataValue().size()
                                : 0));
        return (generation, look) ->
                replicator.tell(new Replicator.Get<>(map(generation, look), Replicator.readLocal(), found));
    }
}
