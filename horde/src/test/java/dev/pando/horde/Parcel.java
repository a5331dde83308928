package dev.pando.horde;

import dev.pando.core.ChildSpec;
import dev.pando.core.GenServer;
import dev.pando.core.Step;
import java.util.List;

/// A child with a heavy spec.
record Parcel(String content) implements GenServer<Worker.Message, Integer> {

    static ChildSpec spec(String id, int bytes) {
        return ChildSpec.of(id, new Parcel("x".repeat(bytes)));
    }

    @Override
    public Integer init() {
        return content.length();
    }

    @Override
    public Step<Integer> handle(Worker.Message message, Integer state) {
        return Step.noReply(state);
    }

    /// A child that does not even know what it needs.
    record Undecided() implements GenServer<Worker.Message, Integer> {
        @Override
        public List<Class<?>> resources() {
            throw new IllegalStateException("undecided");
        }

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Worker.Message message, Integer state) {
            return Step.noReply(state);
        }
    }
}
