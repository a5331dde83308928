package dev.pando.bench;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Sends letters, and asks for the total in between or only afterwards.
final class PekkoSender {

    /// All senders together leave so many unanswered, which is less than Artery's queue to a node holds.
    private static final int OPEN_MAX = 2048;

    /// So many parts of a sender's letters are on their way at once.
    private static final int PARTS = 2;

    private static final Duration AGAIN = Duration.ofMillis(50);

    /// No total has come for so long.
    private static final PekkoMail.Total NONE = new PekkoMail.Total(-1, -1);

    private final ActorContext<PekkoMail.Total> context;
    private final ActorRef<PekkoMail> tally;
    private final PekkoMail.Letter letter;
    private final CompletableFuture<PekkoMail.Total> end;
    private final long part;
    private long left;
    private long open;

    private PekkoSender(
            ActorContext<PekkoMail.Total> context,
            ActorRef<PekkoMail> tally,
            PekkoMail.Letter letter,
            CompletableFuture<PekkoMail.Total> end,
            long part,
            long left) {
        this.context = context;
        this.tally = tally;
        this.letter = letter;
        this.end = end;
        this.part = part;
        this.left = left;
    }

    static Behavior<PekkoMail.Total> create(
            ActorRef<PekkoMail> tally,
            PekkoMail.Letter letter,
            long times,
            Pace pace,
            int senders,
            CompletableFuture<PekkoMail.Total> end) {
        return Behaviors.setup(context -> switch (pace) {
            case ACKED -> new PekkoSender(context, tally, letter, end, OPEN_MAX / PARTS / senders, times).acked();
            case NONE -> new PekkoSender(context, tally, letter, end, times, times).unpaced();
        });
    }

    private Behavior<PekkoMail.Total> acked() {
        do {
            sendPart();
        } while (left > 0 && open < PARTS);
        return Behaviors.receiveMessage(total -> {
            open--;
            if (left > 0) {
                sendPart();
            } else if (open == 0) {
                return done(total);
            }
            return Behaviors.same();
        });
    }

    private void sendPart() {
        sendLetters();
        tally.tell(new PekkoMail.Report(context.getSelf()));
        open++;
    }

    private void sendLetters() {
        long now = Math.min(part, left);
        for (long i = 0; i < now; i++) {
            tally.tell(letter);
        }
        left -= now;
    }

    /// What asks for the total is lost like any other message, and then is sent again.
    private Behavior<PekkoMail.Total> unpaced() {
        sendLetters();
        tally.tell(new PekkoMail.Report(context.getSelf()));
        context.setReceiveTimeout(AGAIN, NONE);
        return Behaviors.receiveMessage(total -> {
            if (total.equals(NONE)) {
                tally.tell(new PekkoMail.Report(context.getSelf()));
                return Behaviors.same();
            }
            return done(total);
        });
    }

    private Behavior<PekkoMail.Total> done(PekkoMail.Total total) {
        end.complete(total);
        return Behaviors.stopped();
    }
}
