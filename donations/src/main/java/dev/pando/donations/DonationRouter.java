package dev.pando.donations;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.horde.DistributedSupervisor;
import java.time.Duration;

/// Takes each donation to its worker: starts the worker where there is none, calls it, and tries again when it
/// has just moved or its node is lost.
///
/// Any number of donations are under way at once; each is a process of its own, so a slow one holds up nobody.
/// Trying again cannot record a donation twice.
public final class DonationRouter implements GenServer<DonationRouter.Message, DonationRouter.State> {

    /// The router of each node.
    public static final Name NAME = new Name("donations.router");

    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int DOUBLINGS_MAX = 5;

    private final DistributedSupervisor workers;

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
        this.workers = workers;
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
        Node node = Self.node();
        long deadline = node.host().clock().nanos() + route.within().toNanos();
        for (int attempt = 0; ; attempt++) {
            Duration pause = PAUSE.multipliedBy(1L << Math.min(attempt, DOUBLINGS_MAX));
            try {
                Duration left = left(node, deadline);
                return attempt(route, left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT);
            } catch (ExitException e) {
                if (isFinal(e.reason()) || left(node, deadline).compareTo(pause.multipliedBy(2)) <= 0) {
                    return new Unrouted(route.donation().id(), e.reason());
                }
                Self.sleep(pause.plusNanos(node.host().entropy().random().nextLong(pause.toNanos())));
            }
        }
    }

    private static Duration left(Node node, long deadline) {
        return Duration.ofNanos(deadline - node.host().clock().nanos());
    }

    private Receipt attempt(Route route, Duration timeout) {
        String id = route.donation().id();
        Pid worker = workers.startOrGet(DonationWorker.childSpec(id), timeout).pid();
        return Self.call(worker, new DonationWorker.ProcessDonation(route.donation(), route.source()), timeout);
    }

    /// Whether trying again is of no use. A worker that crashed is: the ledger may just be away.
    private static boolean isFinal(ExitReason reason) {
        return switch (reason) {
            case ExitReason.NotAccepted _ -> true;
            case ExitReason.Normal _,
                    ExitReason.Shutdown _,
                    ExitReason.Killed _,
                    ExitReason.NoProcess _,
                    ExitReason.NoConnection _,
                    ExitReason.Timeout _,
                    ExitReason.Overloaded _,
                    ExitReason.NameConflict _,
                    ExitReason.Moved _,
                    ExitReason.NotStarted _,
                    ExitReason.Crash _,
                    ExitReason.Other _ -> false;
        };
    }
}
