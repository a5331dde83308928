package dev.pando.bench;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/// One of several nodes with Cluster Sharding that remembers its entities in Distributed Data, in memory.
record PekkoWorkplace(PekkoActors actors, ClusterSharding sharding) implements AutoCloseable {

    static final EntityTypeKey<PekkoMail> WORKER = EntityTypeKey.create(PekkoMail.class, "worker");

    /// Told to a worker as the number of a question, ends it for good.
    static final long END = -1;

    private static final PekkoMail.Letter STOP = new PekkoMail.Letter(new byte[0]);

    /// A node that is gone is noticed and given up sooner than by Pekko's own settings, and shards move at once.
    private static final String TUNED = """
        pekko.cluster {
          downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
          split-brain-resolver.stable-after = 3 s
          failure-detector { heartbeat-interval = 500 ms, acceptable-heartbeat-pause = 2 s }
          sharding {
            number-of-shards = 30
            remember-entities = on
            remember-entities-store = ddata
            distributed-data.durable.keys = []
            distributed-data.gossip-interval = 500 ms
            retry-interval = 500 ms
            rebalance-interval = 1 s
            least-shard-allocation-strategy { rebalance-absolute-limit = 30, rebalance-relative-limit = 1.0 }
          }
        }
        """;

    /// Waits until so many nodes are members, this one included.
    static PekkoWorkplace join(int place, Places places, int nodes) throws InterruptedException {
        PekkoActors actors = PekkoPlace.actors(place, places, TUNED);
        ClusterSharding sharding = ClusterSharding.get(actors.system());
        sharding.init(Entity.of(WORKER, PekkoWorkplace::worker).withStopMessage(STOP));
        PekkoPlace.await(actors, nodes);
        return new PekkoWorkplace(actors, sharding);
    }

    private static Behavior<PekkoMail> worker(EntityContext<PekkoMail> entity) {
        return Behaviors.setup(context -> Behaviors.receive(PekkoMail.class)
                .onMessage(PekkoMail.Ask.class, ask -> {
                    ActorRef<PekkoMail.Answer> replyTo = ask.replyTo();
                    replyTo.tell(new PekkoMail.Answer(ask.number()));
                    if (ask.number() == END) {
                        entity.getShard().tell(new ClusterSharding.Passivate<>(context.getSelf()));
                    }
                    return Behaviors.same();
                })
                .onMessageEquals(STOP, Behaviors::stopped)
                .build());
    }

    @Override
    public void close() {
        actors.close();
    }
}
