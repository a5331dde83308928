package dev.pando.donations;

import static dev.pando.core.Step.reply;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Restart;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;
import org.joda.money.Money;

/// Processes one donation: works out its zakat and records it. There is one worker per donation id in the
/// cluster, though not at every moment of a partition; the ledger's key sees to it that a donation is recorded
/// once all the same.
///
/// Needs a [Ledger] on its node.
public record DonationWorker(String donationId) implements GenServer<DonationWorker.Message, DonationWorker.State> {

    public sealed interface Message {}

    /// Record this donation, which bears the worker's id. May be sent again when the answer was lost.
    public record ProcessDonation(Donation donation, String source) implements Message, Call<Receipt> {}

    /// How often it was asked.
    public record State(long processed) {}

    /// How a distributed supervisor runs the worker of a donation: anywhere with a ledger, and again when it
    /// crashes.
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
    public Step<State> handle(Message message, State state) {
        return switch (message) {
            case ProcessDonation process -> reply(process, record(process), new State(state.processed() + 1));
        };
    }

    private Receipt record(ProcessDonation process) {
        Donation donation = process.donation();
        if (!donation.id().equals(donationId)) {
            throw new IllegalArgumentException(
                    "donation " + donation.id() + " was sent to the worker of " + donationId);
        }
        Money zakat = Zakat.of(donation.amount());
        String node = Self.node().name().toString();
        String token = Self.token(donationId).toString();
        Entry entry =
                new Entry(donation, zakat, process.source(), node, Self.pid().toString(), token);
        return switch (Self.resource(Ledger.class).record(entry)) {
            case Recording.Recorded() -> new Receipt(donationId, zakat, true, true);
            case Recording.Duplicate(Entry existing, boolean sameContent) ->
                new Receipt(donationId, existing.zakat(), false, sameContent);
        };
    }
}
