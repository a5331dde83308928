package dev.pando.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;

/// Pekko's typed actors in two systems, over Artery.
final class PekkoRemote implements RemoteSubject {

    private final PekkoEnd near;
    private final Pace pace;

    PekkoRemote(Wire wire, String dispatcher, Pace pace) {
        near = PekkoEnd.near(wire, dispatcher);
        this.pace = pace;
    }

    @Override
    public String about() {
        return "Pekko " + Version.current() + " on Java " + Runtime.version();
    }

    @Override
    public Load call(int callers, LongConsumer took) {
        ActorRef<PekkoMail.Ask> echo = near.echoFar();
        return operations -> PekkoTurns.run(near.actors(), callers, operations, () -> echo::tell, took);
    }

    @Override
    public Stream stream(int senders, int bytes) {
        ActorRef<PekkoMail> tally = near.tallyFar();
        PekkoMail.Letter letter = new PekkoMail.Letter(new byte[bytes]);
        return messages -> {
            PekkoMail.Total before = Waits.result(send(tally, letter, 0, 1));
            List<CompletableFuture<PekkoMail.Total>> ends = LongStream.range(0, senders)
                    .map(sender -> (messages + sender) / senders)
                    .mapToObj(share -> send(tally, letter, share, senders))
                    .toList();
            PekkoMail.Total after = before;
            for (CompletableFuture<PekkoMail.Total> end : ends) {
                PekkoMail.Total total = Waits.result(end);
                after = total.letters() > after.letters() ? total : after;
            }
            long arrived = after.letters() - before.letters();
            Waits.check("bytes", arrived * bytes, after.bytes() - before.bytes());
            if (pace == Pace.ACKED) {
                Waits.check("messages", messages, arrived);
            }
            return arrived;
        };
    }

    private CompletableFuture<PekkoMail.Total> send(
            ActorRef<PekkoMail> tally, PekkoMail.Letter letter, long times, int senders) {
        CompletableFuture<PekkoMail.Total> end = new CompletableFuture<>();
        near.actors().start(PekkoSender.create(tally, letter, times, pace, senders, end));
        return end;
    }

    @Override
    public void close() {
        near.close();
    }
}
