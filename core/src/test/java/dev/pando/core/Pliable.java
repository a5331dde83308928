package dev.pando.core;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A server that does what its messages say, and tells what it was told.
final class Pliable implements GenServer<Pliable.Message, Integer> {

    sealed interface Message {}

    /// What a server does with a message.
    @FunctionalInterface
    interface Todo<M> {
        Step<Integer> handle(M message, Integer state) throws Exception;
    }

    record Ask(Todo<Ask> todo) implements Message, Call<Object> {
        static Ask forState() {
            return new Ask((ask, state) -> Step.reply(ask, state, state));
        }

        static Ask unanswered() {
            return new Ask((_, state) -> Step.noReply(state));
        }
    }

    record Tell(Todo<Tell> todo) implements Message, Cast {
        static Tell add(int number) {
            return new Tell((_, state) -> Step.noReply(state + number));
        }
    }

    /// What `terminate` was called with.
    record Terminated(ExitReason reason, int state) {}

    final BlockingQueue<Terminated> terminated = new LinkedBlockingQueue<>();
    final BlockingQueue<Signal> infos = new LinkedBlockingQueue<>();
    private final boolean trapping;

    Pliable() {
        this(false);
    }

    Pliable(boolean trapping) {
        this.trapping = trapping;
    }

    @Override
    public Integer init() {
        Self.trapExits(trapping);
        return 0;
    }

    @Override
    public Step<Integer> handle(Message message, Integer state) throws Exception {
        return switch (message) {
            case Ask ask -> ask.todo().handle(ask, state);
            case Tell tell -> tell.todo().handle(tell, state);
        };
    }

    @Override
    public Step<Integer> handleInfo(Signal signal, Integer state) {
        infos.add(signal);
        return Step.noReply(state);
    }

    @Override
    public void terminate(ExitReason reason, Integer state) {
        terminated.add(new Terminated(reason, state));
    }
}
