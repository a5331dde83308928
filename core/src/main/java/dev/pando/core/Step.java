package dev.pando.core;

import java.util.Optional;

/// What a server does next. Made by the static methods, which are meant to be imported statically.
public sealed interface Step<S> {

    /// Answers the call at hand and goes on.
    static <R, S> Step<S> reply(Call<R> request, R value, S state) {
        return new Reply<>(request, value, state);
    }

    /// Goes on. A call at hand stays open, and may be answered later through [Self#from].
    static <S> Step<S> noReply(S state) {
        return new NoReply<>(state);
    }

    /// Ends the server.
    static <S> Step<S> stop(ExitReason reason, S state) {
        return new Stop<>(reason, state, Optional.empty());
    }

    /// Answers the call at hand and ends the server.
    static <R, S> Step<S> stop(Call<R> request, R value, ExitReason reason, S state) {
        return new Stop<>(reason, state, Optional.of(new Reply<>(request, value, state)));
    }

    record Reply<S>(Call<?> request, Object value, S state) implements Step<S> {
        public Reply {
            if (value == null) {
                throw new NullPointerException(
                        "the answer to " + request.getClass().getName() + " is null; use Optional");
            }
        }
    }

    record NoReply<S>(S state) implements Step<S> {}

    record Stop<S>(ExitReason reason, S state, Optional<Reply<S>> reply) implements Step<S> {}
}
