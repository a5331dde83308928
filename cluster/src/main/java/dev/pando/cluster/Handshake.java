package dev.pando.cluster;

import dev.pando.cluster.NodeDown.Reason;
import dev.pando.core.spi.Transport.Peer;
import java.util.List;
import java.util.Optional;

/// One side of a session between two members, as a pure state machine.
///
/// A session is a pair of numbers, one drawn by each side and never drawn again. A side is up when the
/// other has acknowledged its number; the first data frame with the right pair is an acknowledgement too,
/// since the sender must have been up. A side ends its session when its view loses the member, when the
/// member says hello with a newer number (its own view had lost us for a while, which we may never have
/// seen), when a frame is missing, or when the member says that the session is over. Then it draws a new
/// number, so nothing of the old session can be taken for the new one.
///
/// A side that parts says so, and from then on says so again to each hello, unless that bears the will of the
/// other's user: so a pair stays parted until somebody wants it back, or the engine loses one of the two.
sealed interface Handshake {

    /// The member is not in the view.
    record Absent() implements Handshake {}

    /// A number is offered.
    ///
    /// @param theirs the member's number, when its hello has come
    /// @param wanted whether a user has asked for it
    record Offering(long mine, Optional<Long> theirs, boolean wanted) implements Handshake {
        Offering(long mine, Optional<Long> theirs) {
            this(mine, theirs, false);
        }
    }

    /// In the view, and not to be spoken to.
    record Parted() implements Handshake {}

    /// Signals flow.
    ///
    /// @param received the sequence of the last data frame
    record Up(long mine, long theirs, long received, Peer peer) implements Handshake {

        /// Whether data is of this session and the next in sequence.
        boolean awaits(SessionFrame.Data data) {
            return data.mine() == theirs && data.yours() == mine && data.sequence() == received + 1;
        }
    }

    sealed interface Event {
        record Appeared() implements Event {}

        record Vanished(Reason why) implements Event {}

        /// The user of this side wants no session.
        record Part(Reason why) implements Event {}

        /// This side ends the session, and begins another when it can.
        record Renew(Reason why) implements Event {}

        /// The user of this side wants one.
        record Want() implements Event {}

        record Tick() implements Event {}

        /// The member offers a number.
        ///
        /// @param wanted by the member's user
        record Hello(long number, boolean wanted) implements Event {
            Hello(long number) {
                this(number, false);
            }
        }

        record Ack(long mine, long theirs, Peer peer) implements Event {}

        record Data(long theirs, long mine, long sequence, Peer peer) implements Event {}

        record Reset(long mine, long theirs) implements Event {}

        /// The member has parted.
        ///
        /// @param theirs 0 when it answers a hello
        record Bye(long mine, long theirs, Reason why) implements Event {}
    }

    sealed interface Effect {
        record SendHello(long mine, boolean wanted) implements Effect {
            SendHello(long mine) {
                this(mine, false);
            }
        }

        record SendAck(long theirs, long mine) implements Effect {}

        record SendReset(long theirs, long mine) implements Effect {}

        record SendBye(long theirs, long mine, Reason why) implements Effect {}

        record Begin(long mine, long theirs, Peer peer) implements Effect {}

        record End(Peer peer, Reason why) implements Effect {}

        /// Hand over the signals of the data frame at hand.
        record Deliver() implements Effect {}
    }

    record Move(Handshake next, List<Effect> effects) {
        static Move to(Handshake next, Effect... effects) {
            return new Move(next, List.of(effects));
        }
    }

    /// What comes of an event.
    ///
    /// @param fresh a number that was never used, should one be needed
    default Move on(Event event, long fresh) {
        return switch (this) {
            case Absent absent -> absent(absent, event, fresh);
            case Offering offering -> offering(offering, event);
            case Up up -> up(up, event, fresh);
            case Parted parted -> parted(parted, event, fresh);
        };
    }

    private static Move absent(Absent state, Event event, long fresh) {
        return switch (event) {
            case Event.Appeared _ -> Move.to(new Offering(fresh, Optional.empty()), new Effect.SendHello(fresh));
            case Event.Vanished _,
                    Event.Tick _,
                    Event.Hello _,
                    Event.Ack _,
                    Event.Data _,
                    Event.Reset _,
                    Event.Bye _,
                    Event.Part _,
                    Event.Renew _,
                    Event.Want _ -> Move.to(state);
        };
    }

    private static Move offering(Offering state, Event event) {
        long mine = state.mine();
        return switch (event) {
            case Event.Vanished _ -> Move.to(new Absent());
            case Event.Tick _ -> Move.to(state, new Effect.SendHello(mine, state.wanted()));
            case Event.Want _ -> Move.to(new Offering(mine, state.theirs(), true), new Effect.SendHello(mine, true));
            case Event.Part(Reason why) ->
                new Move(
                        new Parted(),
                        state.theirs().stream()
                                .<Effect>map(theirs -> new Effect.SendBye(theirs, mine, why))
                                .toList());
            case Event.Bye(long yours, long _, Reason _) when yours == mine && !state.wanted() -> Move.to(new Parted());
            case Event.Hello(long number, boolean _) when older(number, state) -> Move.to(state);
            case Event.Hello(long number, boolean _) ->
                Move.to(new Offering(mine, Optional.of(number), state.wanted()), new Effect.SendAck(number, mine));
            case Event.Ack(long yours, long theirs, Peer peer)
            when yours == mine && state.theirs().equals(Optional.of(theirs)) ->
                Move.to(new Up(mine, theirs, 0, peer), new Effect.Begin(mine, theirs, peer));
            case Event.Ack(long yours, long theirs, Peer peer)
            when yours == mine && !older(theirs, state) ->
                // Its hello was lost, or came before our view; answered here it need not be said again.
                Move.to(
                        new Up(mine, theirs, 0, peer),
                        new Effect.Begin(mine, theirs, peer),
                        new Effect.SendAck(theirs, mine));
            case Event.Data(long theirs, long yours, long sequence, Peer peer)
            when yours == mine && sequence == 1 && state.theirs().equals(Optional.of(theirs)) ->
                Move.to(new Up(mine, theirs, 1, peer), new Effect.Begin(mine, theirs, peer), new Effect.Deliver());
            case Event.Data(long theirs, long yours, long _, Peer _) ->
                Move.to(state, new Effect.SendReset(theirs, yours));
            case Event.Appeared _, Event.Ack _, Event.Reset _, Event.Bye _, Event.Renew _ -> Move.to(state);
        };
    }

    private static Move up(Up state, Event event, long fresh) {
        Effect end = new Effect.End(state.peer(), Reason.RENEWED);
        return switch (event) {
            case Event.Vanished(Reason why) -> Move.to(new Absent(), new Effect.End(state.peer(), why));
            case Event.Renew(Reason why) ->
                Move.to(
                        new Offering(fresh, Optional.empty()),
                        new Effect.End(state.peer(), why),
                        new Effect.SendHello(fresh));
            case Event.Part(Reason why) ->
                Move.to(
                        new Parted(),
                        new Effect.End(state.peer(), why),
                        new Effect.SendBye(state.theirs(), state.mine(), why));
            case Event.Bye(long yours, long theirs, Reason why)
            when yours == state.mine() && theirs == state.theirs() ->
                Move.to(new Parted(), new Effect.End(state.peer(), why));
            case Event.Hello(long number, boolean _)
            when number == state.theirs() -> Move.to(state, new Effect.SendAck(number, state.mine()));
            case Event.Hello(long number, boolean _) when number < state.theirs() -> Move.to(state);
            case Event.Hello(long number, boolean _) ->
                Move.to(
                        new Offering(fresh, Optional.of(number)),
                        end,
                        new Effect.SendHello(fresh),
                        new Effect.SendAck(number, fresh));
            case Event.Data(long theirs, long yours, long sequence, Peer _)
            when theirs == state.theirs() && yours == state.mine() ->
                sequence == state.received() + 1
                        ? Move.to(new Up(yours, theirs, sequence, state.peer()), new Effect.Deliver())
                        : Move.to(
                                new Offering(fresh, Optional.empty()),
                                end,
                                new Effect.SendReset(theirs, yours),
                                new Effect.SendHello(fresh));
            case Event.Data(long theirs, long yours, long _, Peer _) ->
                Move.to(state, new Effect.SendReset(theirs, yours));
            case Event.Reset(long yours, long theirs)
            when yours == state.mine() && theirs == state.theirs() ->
                Move.to(new Offering(fresh, Optional.empty()), end, new Effect.SendHello(fresh));
            case Event.Appeared _, Event.Tick _, Event.Ack _, Event.Reset _, Event.Bye _, Event.Want _ ->
                Move.to(state);
        };
    }

    private static Move parted(Parted state, Event event, long fresh) {
        return switch (event) {
            case Event.Vanished _ -> Move.to(new Absent());
            case Event.Want _ ->
                Move.to(new Offering(fresh, Optional.empty(), true), new Effect.SendHello(fresh, true));
            case Event.Hello(long number, boolean wanted)
            when wanted ->
                Move.to(
                        new Offering(fresh, Optional.of(number)),
                        new Effect.SendHello(fresh),
                        new Effect.SendAck(number, fresh));
            case Event.Hello(long number, boolean _) ->
                Move.to(state, new Effect.SendBye(number, 0, Reason.DISCONNECTED));
            case Event.Data(long theirs, long yours, long _, Peer _) ->
                Move.to(state, new Effect.SendReset(theirs, yours));
            case Event.Appeared _, Event.Tick _, Event.Ack _, Event.Reset _, Event.Bye _, Event.Part _, Event.Renew _ ->
                Move.to(state);
        };
    }

    private static boolean older(long number, Offering state) {
        return state.theirs().filter(known -> number < known).isPresent();
    }
}
