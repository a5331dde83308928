package dev.pando.donations;

import static dev.pando.core.Step.reply;
import static dev.pando.core.Step.stop;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Handoff;
import dev.pando.core.Restart;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.Token;
import java.util.List;
import org.joda.money.Money;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Processes one donation: works out its zakat and records it. There is one worker per donation id
/// in the cluster, though not at every moment of a partition; the ledger's key sees to it that a
/// donation is recorded once all the same. A worker that the ledger takes for a former one ends;
/// whoever starts the next one claims the id anew.
///
/// Needs a [Ledger] on its node.
public record DonationWorker(String donationId)
        implements GenServer<DonationWorker.Message, DonationWorker.State>,
                Handoff<DonationWorker.State, DonationWorker.State> {

    private static final Logger log = LoggerFactory.getLogger(DonationWorker.class);

    public sealed interface Message {}

    /// Record this donation, which bears the worker's id. May be sent again when the answer was
    /// lost.
    public record ProcessDonation(Donation donation, String source) implements Message, Call<Receipt> {}

    /// How often it was asked; goes along when it moves.
    public record State(long processed) {}

    /// How a distributed supervisor runs the worker of a donation: anywhere with a ledger, and
    /// again when it crashes.
    public static ChildSpec childSpec(String donationId) {
        return ChildSpec.of(donationId, new DonationWorker(donationId)).restart(Restart.TRANSIENT);
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Ledger.class);
    }

    @Override
    public State init() {
        return new State(0);
    }

    @Override
    public State export(State state) {
        return state;
    }

    @Override
    public State restore(State exported, int version) {
        return exported;
    }

    @Override
    public State merge(State state, State other, int version) {
        return new State(state.processed() + other.processed());
    }

    @Override
    public Step<State> handle(Message message, State state) {
        return switch (message) {
            case ProcessDonation process -> process(process, new State(state.processed() + 1));
        };
    }

    private Step<State> process(ProcessDonation process, State state) {
        Donation donation = process.donation();
        if (!donation.id().equals(donationId)) {
            throw new IllegalArgumentException(
                    "donation " + donation.id() + " was sent to the worker of " + donationId);
        }
        Money zakat = Zakat.of(donation.amount());
        String node = Self.node().name().toString();
        Entry entry =
                new Entry(donation, zakat, process.source(), node, Self.pid().toString(), Self.token(donationId));
        return switch (Self.resource(Ledger.class).record(entry)) {
            case Recording.Recorded() -> reply(process, new Receipt(donationId, zakat, true, true), state);
            case Recording.Duplicate(Entry existing, boolean sameContent) ->
                reply(process, new Receipt(donationId, existing.zakat(), false, sameContent), state);
            case Recording.Refused(Token token, Token highest) -> {
                log.warn("the worker of {} ends: it has {}, and {} was here before it", donationId, token, highest);
                yield stop(ExitReason.normal(), state);
            }
        };
    }
}
