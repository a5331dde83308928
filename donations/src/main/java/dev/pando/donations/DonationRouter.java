package dev.pando.donations;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.DistributedSupervisor;
import dev.pando.horde.Router;
import java.time.Duration;

/// Takes each donation to its worker: starts the worker where there is none, calls it, and tries
/// again when it has just moved or its node is lost.
///
/// Any number of donations are under way at once; each is a process of its own, so a slow one holds
/// up nobody. Trying again cannot record a donation twice.
public final class DonationRouter implements GenServer<DonationRouter.Message, DonationRouter.State> {

    /// The router of each node.
    public static final Name NAME = new Name("donations.router");

    private final Router<String> router;

    public sealed interface Message {}

    /// See this donation recorded within the time.
    public record Route(Donation donation, String source, Duration within) implements Message, Call<Routed> {}

    /// Whether the router is there.
    public record Ping() implements Message, Call<Boolean> {}

    /// The end of a donation's way.
    public sealed interface Routed permits Receipt, Unrouted {}

    /// It is not known to be recorded; it may be. Sending it again is safe.
    public record Unrouted(String donationId, ExitReason reason) implements Routed {}

    /// A router has none.
    public record State() {}

    public DonationRouter(DistributedSupervisor workers) {
        this.router = Router.byKey(workers, DonationWorker::childSpec).alsoAfter(DonationRouter::mayPass);
    }

    /// To be started after the workers' supervisor.
    public ChildSpec childSpec() {
        return ChildSpec.of(NAME.value(), this).name(NAME);
    }

    @Override
    public State init() {
        return new State();
    }

    @Override
    public Step<State> handle(Message message, State state) {
        return switch (message) {
            case Ping ping -> Step.reply(ping, true, state);
            case Route route -> {
                From<Routed> from = Self.from(route);
                Self.spawn(() -> from.reply(process(route)));
                yield Step.noReply(state);
            }
        };
    }

    private Routed process(Route route) {
        String id = route.donation().id();
        try {
            return router.call(
                    id, new DonationWorker.ProcessDonation(route.donation(), route.source()), route.within());
        } catch (ExitException e) {
            return new Unrouted(id, e.reason());
        }
    }

    /// Whether trying again is of use. A worker that crashed may have found the ledger away.
    private static boolean mayPass(ExitReason reason) {
        return !(reason instanceof ExitReason.NotAccepted);
    }
}
