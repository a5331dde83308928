package dev.pando.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/// Pekko's names on several nodes of a cluster.
final class PekkoNames implements NamesSubject {

    private static final int NAMES_MAX = 10_000;

    private final PekkoPlace near;
    private final PekkoBook book;
    private final List<ActorRef<PekkoMail>> watches;
    private int generation;
    private int names;
    private Runnable erase = () -> {};

    PekkoNames(Places places, PekkoBook book) throws InterruptedException {
        this.near = PekkoPlace.join(Places.NEAR, places, book);
        this.book = book;
        this.watches = places.ports().subList(0, places.nodes()).stream()
                .map(near::watch)
                .toList();
    }

    @Override
    public String about() {
        return "Pekko " + Version.current() + " on Java " + Runtime.version();
    }

    @Override
    public int namesMax() {
        return NAMES_MAX;
    }

    @Override
    public Laps fill(List<Integer> marks) throws InterruptedException {
        names = marks.getLast();
        List<CompletableFuture<PekkoMail.Answer>> known = askAll(names);
        PekkoPen pen = new PekkoPen(marks);
        erase = book.fill(near.actors(), generation, pen);
        List<Long> laps = pen.laps();
        await(known, names);
        return new Laps(laps, pen.nanosSinceStart());
    }

    @Override
    public void clear() throws InterruptedException {
        erase.run();
        await(askAll(-names), -names);
        generation++;
    }

    private List<CompletableFuture<PekkoMail.Answer>> askAll(int number) {
        return watches.stream()
                .map(watch -> AskPattern.<PekkoMail, PekkoMail.Answer>ask(
                                watch,
                                replyTo -> new PekkoMail.Ask(number, replyTo),
                                Waits.LIMIT,
                                near.actors().system().scheduler())
                        .toCompletableFuture())
                .toList();
    }

    private static void await(List<CompletableFuture<PekkoMail.Answer>> answers, int number)
            throws InterruptedException {
        for (CompletableFuture<PekkoMail.Answer> answer : answers) {
            Waits.check("names", number, Waits.result(answer).number());
        }
    }

    @Override
    public void close() {
        near.close();
    }
}
