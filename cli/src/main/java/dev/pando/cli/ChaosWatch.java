package dev.pando.cli;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.Cast;
import dev.pando.core.Down;
import dev.pando.core.Exit;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps a link and a monitor to the probe of one other node, and counts how often each fires.
record ChaosWatch(NodeName peer, ChaosLog log) implements GenServer<ChaosWatch.Message, ChaosWatch.Watching> {

    private static final Duration CALL = Duration.ofSeconds(2);
    private static final Duration AGAIN = Duration.ofMillis(500);

    sealed interface Message extends Cast permits Settled, Answered, Again {}

    /// All that was in the mailbox when the link was made has been handled.
    record Settled(int arm) implements Message {}

    /// All that was in the mailbox when the other process had answered has been handled.
    record Answered(int arm) implements Message {}

    /// Time to try again.
    record Again() implements Message {}

    /// A link and a monitor.
    static final class Armed {
        final int place;
        final Pid target;
        final Ref ref;
        boolean confirmed;
        boolean doubtful;
        boolean certain;
        boolean over;
        int downs;
        int exits;
        String reason = "";

        Armed(int place, Pid target, Ref ref) {
            this.place = place;
            this.target = target;
            this.ref = ref;
        }
    }

    static final class Watching {
        final List<Armed> all = new ArrayList<>();
        boolean up;

        Optional<Armed> live() {
            return all.isEmpty() || (all.getLast().downs > 0 && all.getLast().exits > 0)
                    ? Optional.empty()
                    : Optional.of(all.getLast());
        }
    }

    @Override
    public Watching init() {
        Self.trapExits(true);
        return new Watching();
    }

    @Override
    public Step<Watching> handle(Message message, Watching state) {
        switch (message) {
            case Settled(int place) ->
                state.all.stream().filter(arm -> arm.place == place).forEach(arm -> {
                    arm.certain = !arm.doubtful;
                    write(arm);
                });
            // What has not fired by now had no other session between the link and the answer.
            case Answered(int place) ->
                state.all.stream()
                        .filter(arm -> arm.place == place && arm.downs == 0 && arm.exits == 0)
                        .forEach(arm -> {
                            arm.confirmed = true;
                            write(arm);
                        });
            case Again() -> arm(state);
        }
        return Step.noReply(state);
    }

    @Override
    public Step<Watching> handleInfo(Signal signal, Watching state) {
        switch (signal) {
            case NodeUp up
            when up.node().equals(peer) -> {
                state.up = true;
                arm(state);
            }
            case NodeDown down
            when down.node().equals(peer) -> {
                state.up = false;
                log.watchedDown(peer.toString());
                state.live().ifPresent(arm -> {
                    arm.over = arm.certain;
                    arm.doubtful = !arm.certain;
                    write(arm);
                });
            }
            case Down down -> fired(state, down.ref(), down.reason());
            case Exit exit -> ended(state, exit.from(), exit.reason());
            default -> {}
        }
        return Step.noReply(state);
    }

    private void arm(Watching state) {
        if (state.up) {
            state.live().ifPresentOrElse(this::confirm, () -> link(state));
        }
    }

    private void link(Watching state) {
        try {
            Pid target = Self.call(ChaosProbe.NAME.on(peer), new ChaosProbe.Where(), CALL);
            Self.link(target);
            Armed arm = new Armed(log.arm(none()), target, Self.monitor(target));
            state.all.add(arm);
            write(arm);
            Self.cast(Self.pid(), new Settled(arm.place));
            confirm(arm);
        } catch (ExitException e) {
            Self.sendAfter(AGAIN, new Again());
        }
    }

    /// The answer comes after the link, which was sent before.
    private void confirm(Armed arm) {
        if (arm.confirmed) {
            return;
        }
        try {
            if (Self.call(arm.target, new ChaosProbe.Where(), CALL).equals(arm.target)) {
                Self.cast(Self.pid(), new Answered(arm.place));
            }
        } catch (ExitException e) {
            Self.sendAfter(AGAIN, new Again());
        }
    }

    private void fired(Watching state, Ref ref, ExitReason reason) {
        state.all.stream().filter(arm -> arm.ref.equals(ref)).forEach(arm -> {
            arm.downs++;
            note(arm, reason);
        });
        arm(state);
    }

    private void ended(Watching state, Pid from, ExitReason reason) {
        Armed of = null;
        for (Armed arm : state.all) {
            if (arm.target.equals(from) && (of == null || of.exits > 0)) {
                of = arm;
            }
        }
        if (of != null) {
            of.exits++;
            note(of, reason);
        }
        arm(state);
    }

    private void note(Armed arm, ExitReason reason) {
        if (!(reason instanceof ExitReason.NoConnection)) {
            arm.reason = reason.toString();
        }
        write(arm);
    }

    private ChaosSnapshot.Arm none() {
        return new ChaosSnapshot.Arm(peer.toString(), 0, false, false, false, 0, 0, "");
    }

    private void write(Armed arm) {
        log.arm(
                arm.place,
                new ChaosSnapshot.Arm(
                        peer.toString(),
                        arm.target.incarnation(),
                        arm.confirmed,
                        arm.certain,
                        arm.over,
                        arm.downs,
                        arm.exits,
                        arm.reason));
    }
}
