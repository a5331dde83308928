package dev.pando.horde;

import static dev.pando.core.Step.reply;
import static dev.pando.core.Step.stop;

import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ChildSpec;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Handoff;
import dev.pando.core.Self;
import dev.pando.core.Signal;
import dev.pando.core.StateLost;
import dev.pando.core.Step;
import java.util.List;
import java.util.stream.Stream;

/// A child whose state goes along when it moves: the coins it was given, in their order.
record Purse(String id) implements GenServer<Purse.Message, List<Integer>>, Handoff<List<Integer>, Purse.Coins> {

    record Coins(List<Integer> all) {}

    sealed interface Message {}

    /// Answered with how many there are now.
    record Put(int coin) implements Message, Call<Integer> {}

    record Look() implements Message, Call<Coins> {}

    /// Waits at the gate.
    record Dawdle() implements Message, Cast {}

    /// Ends normally.
    record Spend() implements Message, Cast {}

    /// What no other node can restore.
    static final int COUNTERFEIT = -1;

    /// What cannot be exported.
    static final int STUCK = -2;

    static ChildSpec spec(String id) {
        return ChildSpec.of(id, new Purse(id));
    }

    @Override
    public List<Class<?>> resources() {
        return List.of(Census.class, Gate.class);
    }

    @Override
    public List<Integer> init() {
        return born(List.of());
    }

    private List<Integer> born(List<Integer> coins) {
        Self.trapExits(true);
        Self.resource(Census.class).born(id, Self.pid(), Self.token(id));
        return coins;
    }

    @Override
    public Step<List<Integer>> handle(Message message, List<Integer> coins) throws InterruptedException {
        return switch (message) {
            case Put put -> reply(put, coins.size() + 1, with(coins, put.coin()));
            case Look look -> reply(look, new Coins(coins), coins);
            case Spend _ -> stop(ExitReason.normal(), coins);
            case Dawdle _ -> {
                Self.resource(Gate.class).pass();
                yield Step.noReply(coins);
            }
        };
    }

    private static List<Integer> with(List<Integer> coins, int coin) {
        return Stream.concat(coins.stream(), Stream.of(coin)).toList();
    }

    @Override
    public Step<List<Integer>> handleInfo(Signal signal, List<Integer> coins) {
        if (signal instanceof StateLost) {
            Self.resource(Census.class).tried(id, Self.node().name());
        }
        return Step.noReply(coins);
    }

    @Override
    public Coins export(List<Integer> coins) {
        if (coins.contains(STUCK)) {
            throw new IllegalStateException("stuck");
        }
        return new Coins(coins);
    }

    @Override
    public List<Integer> restore(Coins exported, int version) {
        if (exported.all().contains(COUNTERFEIT)) {
            throw new IllegalStateException("counterfeit");
        }
        return born(exported.all());
    }

    @Override
    public List<Integer> merge(List<Integer> coins, Coins other, int version) {
        List<Integer> merged = coins;
        for (int coin : other.all()) {
            merged = merged.contains(coin) ? merged : with(merged, coin);
        }
        return merged;
    }

    @Override
    public void terminate(ExitReason reason, List<Integer> coins) {
        Self.resource(Census.class).ended(id, Self.pid(), reason);
    }
}
