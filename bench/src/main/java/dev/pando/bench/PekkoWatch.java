package dev.pando.bench;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// An actor that says when its node knows so many names – or none of them any more, when it is asked for the negative
/// of their number; then it goes on with the names of the next fill. It looks for one after the other, and looks
/// again a millisecond later for what is not as it should be.
final class PekkoWatch {

    static final String NAME = "watch";

    private static final Duration POLL = Duration.ofMillis(1);

    /// How many names there were to be seen.
    record Found(int names) {}

    private record Again() {}

    private final PekkoBook book;
    private final PekkoBook.Looker looker;
    private final TimerScheduler<Object> timers;
    private int generation;
    private PekkoMail.Ask asked;
    private int look;

    private PekkoWatch(PekkoBook book, ActorContext<Object> context, TimerScheduler<Object> timers) {
        this.book = book;
        this.looker = book.looker(context);
        this.timers = timers;
        this.asked = new PekkoMail.Ask(0, context.getSystem().ignoreRef());
    }

    static Behavior<Object> create(PekkoBook book) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new PekkoWatch(book, context, timers).behavior()));
    }

    private Behavior<Object> behavior() {
        return Behaviors.receive(Object.class)
                .onMessage(PekkoMail.Ask.class, ask -> {
                    asked = ask;
                    look = 0;
                    return look();
                })
                .onMessage(Found.class, found -> {
                    if (found.names() == expected()) {
                        look++;
                        return look();
                    }
                    timers.startSingleTimer(new Again(), POLL);
                    return Behaviors.same();
                })
                .onMessage(Again.class, _ -> look())
                .build();
    }

    private Behavior<Object> look() {
        if (look < book.looks(names())) {
            looker.look(generation, look);
        } else {
            if (asked.number() < 0) {
                generation++;
            }
            ActorRef<PekkoMail.Answer> replyTo = asked.replyTo();
            replyTo.tell(new PekkoMail.Answer(asked.number()));
        }
        return Behaviors.same();
    }

    private int names() {
        return Math.toIntExact(Math.abs(asked.number()));
    }

    private int expected() {
        return asked.number() < 0 ? 0 : book.namesAt(look, names());
    }
}
