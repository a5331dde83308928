package dev.pando.core;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [GenServer] as the body of a process.
final class GenServerLoop<M, S> implements Loop {

    private static final Logger log = LoggerFactory.getLogger(GenServer.class);

    private final GenServer<M, S> server;
    private final Class<M> protocol;
    private final LocalProcess self;
    private @Nullable S state;

    GenServerLoop(GenServer<M, S> server, Class<M> protocol, LocalProcess self) {
        this.server = server;
        this.protocol = protocol;
        this.self = self;
    }

    @Override
    public void begin() throws Exception {
        state = server.init();
        self.ready();
    }

    @Override
    @SuppressWarnings("NullAway") // a state may be null, as in the type of the server
    public void handle(Object item) throws Exception {
        S before = state;
        Step<S> step;
        try {
            step = step(item, before);
        } catch (Throwable thrown) {
            if (self.told().isEmpty()) {
                terminate(Node.reasonOf(thrown), before);
            }
            throw thrown;
        } finally {
            self.handling(null);
        }
        switch (step) {
            case Step.Reply<S>(Call<?> _, Object _, S next) -> state = next;
            case Step.NoReply<S>(S next) -> state = next;
            case Step.Stop<S> stop -> stop(stop, item);
        }
    }

    private Step<S> step(Object item, S state) throws Exception {
        return switch (item) {
            case Request request -> call(request, state);
            case Exit(Pid from, ExitReason reason) when self.isParent(from) -> Step.stop(reason, state);
            case StopRequest(ExitReason reason) -> Step.stop(reason, state);
            case Signal signal -> answered(server.handleInfo(signal, state), null);
            default -> message(item, state);
        };
    }

    private Step<S> call(Request request, S state) throws Exception {
        if (request.isOver(self.node.host().clock())) {
            return Step.noReply(state);
        }
        if (request.message() instanceof StateRequest) {
            self.node.calls().reply(request, Objects.requireNonNullElse(state, "null"));
            return Step.noReply(state);
        }
        if (!protocol.isInstance(request.message())) {
            self.node.calls().fail(request, notAccepted(request.message()));
            return Step.noReply(state);
        }
        self.handling(request);
        return answered(server.handle(protocol.cast(request.message()), state), request);
    }

    private Step<S> message(Object message, S state) throws Exception {
        if (!protocol.isInstance(message) || message instanceof Call<?>) {
            log.warn("{} dropped a message: {}", self, notAccepted(message));
            return Step.noReply(state);
        }
        return answered(server.handle(protocol.cast(message), state), null);
    }

    /// Sends the answer of a step that has one. That of a stop is sent after `terminate`, but checked here.
    private Step<S> answered(Step<S> step, @Nullable Request request) {
        switch (step) {
            case Step.Reply<S> reply -> self.node.calls().reply(answerable(reply, request), reply.value());
            case Step.Stop<S> stop -> stop.reply().ifPresent(reply -> answerable(reply, request));
            case Step.NoReply<S> _ -> {
                if (request != null) {
                    self.node.calls().keep(self, request);
                }
            }
        }
        return step;
    }

    @SuppressWarnings("ReferenceEquality") // an equal request may be waiting behind this one
    private Request answerable(Step.Reply<S> reply, @Nullable Request request) {
        if (request == null || reply.request() != request.message()) {
            throw new IllegalStateException(
                    "reply to " + reply.request().getClass().getName()
                            + ", which is not the call being handled; keep Self.from(request) to answer later");
        }
        return request;
    }

    /// Ends the server; its answer comes after `terminate`, as in OTP, whether or not that fails.
    private void stop(Step.Stop<S> stop, Object item) throws Exception {
        Optional<Step.Reply<S>> reply = stop.reply();
        try {
            terminate(stop.reason(), stop.state());
        } finally {
            if (reply.isPresent() && item instanceof Request request) {
                self.node.calls().reply(request, reply.get().value());
            }
        }
        throw new ExitException(stop.reason());
    }

    private ExitReason.NotAccepted notAccepted(Object message) {
        return new ExitReason.NotAccepted(
                server.getClass().getName(), message.getClass().getName());
    }

    private void terminate(ExitReason reason, S state) throws Exception {
        self.unwound();
        server.terminate(reason, state);
    }
}
