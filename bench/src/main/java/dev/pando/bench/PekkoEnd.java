package dev.pando.bench;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// One of Pekko's two systems, joined by Artery over TCP.
final class PekkoEnd implements AutoCloseable {

    private static final String ECHO = "echo";
    private static final String TALLY = "tally";

    private final PekkoActors actors;
    private final Wire wire;

    private PekkoEnd(End end, Wire wire, String dispatcher) {
        this.wire = wire;
        actors = new PekkoActors(dispatcher + "\n" + remote(wire.port(end)));
    }

    private static String remote(int port) {
        return """
            pekko {
              actor {
                provider = remote
                serializers.bench = "%s"
                serialization-bindings { "%s" = bench }
              }
              remote {
                warn-about-direct-use = off
                artery { transport = tcp, canonical { hostname = "127.0.0.1", port = %d } }
              }
            }
            """.formatted(PekkoFormat.class.getName(), PekkoMail.class.getName(), port);
    }

    static PekkoEnd far(Wire wire, String dispatcher) {
        PekkoEnd far = new PekkoEnd(End.FAR, wire, dispatcher);
        far.actors.start(echo(), ECHO);
        far.actors.start(tally(), TALLY);
        return far;
    }

    static PekkoEnd near(Wire wire, String dispatcher) {
        return new PekkoEnd(End.NEAR, wire, dispatcher);
    }

    private static Behavior<PekkoMail.Ask> echo() {
        return Behaviors.receiveMessage(ask -> {
            ask.replyTo().tell(new PekkoMail.Answer(ask.number()));
            return Behaviors.same();
        });
    }

    private static Behavior<PekkoMail> tally() {
        return Behaviors.setup(_ -> Behaviors.receiveMessage(new Tally()::receive));
    }

    /// Counts letters.
    private static final class Tally {
        private long letters;
        private long bytes;

        Behavior<PekkoMail> receive(PekkoMail mail) {
            if (mail instanceof PekkoMail.Letter(byte[] text)) {
                letters++;
                bytes += text.length;
            } else if (mail instanceof PekkoMail.Report(ActorRef<PekkoMail.Total> replyTo)) {
                replyTo.tell(new PekkoMail.Total(letters, bytes));
            }
            return Behaviors.same();
        }
    }

    PekkoActors actors() {
        return actors;
    }

    /// The far one's, for the near one.
    ActorRef<PekkoMail.Ask> echoFar() {
        return resolve(ECHO);
    }

    ActorRef<PekkoMail> tallyFar() {
        return resolve(TALLY);
    }

    private <M> ActorRef<M> resolve(String name) {
        return ActorRefResolver.get(actors.system())
                .resolveActorRef("pekko://bench@127.0.0.1:%d/system/%s".formatted(wire.far(), name));
    }

    @Override
    public void close() {
        actors.close();
    }
}
