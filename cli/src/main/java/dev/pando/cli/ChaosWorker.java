package dev.pando.cli;

import dev.pando.core.Call;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Step;
import java.util.List;

/// A child of the supervisor of a node in a namespace: counts how often it was called, and enters
/// its birth and its end into the [ChaosCensus] of its node.
record ChaosWorker(String id) implements GenServer<ChaosWorker.Message, ChaosWorker.State> {

    sealed interface Message {}

    /// Counts one more.
    record Add() implements Message, Call<Added> {}

    /// Tells how many there were.
    record Read() implements Message, Call<Long> {}

    /// Who has counted, and how many so far.
    record Added(String id, Pid pid, long count) {}

    /// How many calls it was given.
    ///
    /// @param turn see [ChaosCensus#turn]
    record State(ChaosLife life, long count, int turn) {}

    static String id(int number) {
        return "w-" + number;
    }

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new ChaosWorker(id));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(ChaosCensus.class);
    }

    @Override
    public State init() {
        Self.trapExits(true);
        ChaosCensus census = Self.resource(ChaosCensus.class);
        return new State(census.born(id, Self.pid(), Self.token(id)), 0, census.turn());
    }

    @Override
    public Step<State> handle(Message message, State state) {
        int turn = Self.resource(ChaosCensus.class).turn();
        long count = turn == state.turn() ? state.count() : 0;
        return switch (message) {
            case Add add ->
                Step.reply(add, new Added(id, Self.pid(), count + 1), new State(state.life(), count + 1, turn));
            case Read read -> Step.reply(read, count, new State(state.life(), count, turn));
        };
    }

    @Override
    public void terminate(ExitReason reason, State state) {
        Self.resource(ChaosCensus.class).ended(state.life(), reason);
    }
}
