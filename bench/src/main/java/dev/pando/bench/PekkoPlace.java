package dev.pando.bench;

import java.util.stream.StreamSupport;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/// One of several nodes of a Pekko cluster, over Artery.
record PekkoPlace(PekkoActors actors) implements AutoCloseable {

    /// More often than Pekko does by itself; deltas are left as they come.
    private static final String DATA = """
        {
          gossip-interval = 500 ms
          notify-subscribers-interval = 100 ms
          log-data-size-exceeding = 100 MiB
        }
        """;

    /// Waits until all nodes of earlier places are members; the first one joins last.
    static PekkoPlace join(int place, Places places, PekkoBook book) throws InterruptedException {
        PekkoActors actors = actors(place, places, "");
        actors.start(PekkoWatch.create(book), PekkoWatch.NAME);
        await(actors, place == Places.NEAR ? places.nodes() : place);
        return new PekkoPlace(actors);
    }

    /// Joins.
    ///
    /// @param more what else is configured
    static PekkoActors actors(int place, Places places, String more) {
        return new PekkoActors(Jvm.defaultPool() + "\n" + config(place, places) + more);
    }

    /// Waits until so many nodes are members.
    static void await(PekkoActors actors, int members) throws InterruptedException {
        Cluster cluster = Cluster.get(actors.system());
        Waits.until(members + " members", () -> up(cluster) == members);
    }

    private static long up(Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    private static String config(int place, Places places) {
        return """
            pekko {
              actor {
                provider = cluster
                serializers.bench = "%s"
                serialization-bindings { "%s" = bench }
              }
              remote.artery {
                transport = tcp
                canonical { hostname = "%s", port = %d }
                advanced.maximum-frame-size = 4 MiB
              }
              cluster {
                seed-nodes = [ "pekko://bench@%s:%d" ]
                jmx.multi-mbeans-in-same-jvm = on
                distributed-data = %s
                typed.receptionist {
                  distributed-key-count = 100
                  distributed-data = %s
                }
              }
            }
            """.formatted(
                        PekkoFormat.class.getName(),
                        PekkoMail.class.getName(),
                        Places.HOST,
                        places.port(place),
                        Places.HOST,
                        places.meeting(),
                        DATA,
                        DATA);
    }

    /// The one of another place, or of this one.
    ActorRef<PekkoMail> watch(int port) {
        return ActorRefResolver.get(actors.system())
                .resolveActorRef("pekko://bench@%s:%d/system/%s".formatted(Places.HOST, port, PekkoWatch.NAME));
    }

    @Override
    public void close() {
        actors.close();
    }
}
