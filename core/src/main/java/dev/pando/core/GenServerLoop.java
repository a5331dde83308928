package dev.pando.core;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs a [GenServer] as the body of a process.
final class GenServerLoop<M, S> {

    private static final Logger log = LoggerFactory.getLogger(GenServer.class);

    private final GenServer<M, S> server;
    private final Class<M> protocol;
    private final LocalProcess self;

    GenServerLoop(GenServer<M, S> server, Class<M> protocol, LocalProcess self) {
        this.server = server;
        this.protocol = protocol;
        this.self = self;
    }

    void run(Runnable ready) throws Exception {
        S state = server.init();
        ready.run();
        while (true) {
            Object item = self.takeNext();
            Step<S> step;
            try {
                step = step(item, state);
            } catch (Throwable thrown) {
                if (self.told().isEmpty()) {
                    terminate(Node.reasonOf(thrown), state);
                }
                throw thrown;
            } finally {
                self.handling(null);
            }
            switch (step) {
                case Step.Reply<S>(Call<?> _, Object _, S next) -> state = next;
                case Step.NoReply<S>(S next) -> state = next;
                case Step.Stop<S> stop -> {
                    terminate(stop.reason(), stop.state());
                    throw new ExitException(stop.reason());
                }
            }
        }
    }

    private Step<S> step(Object item, S state) throws Exception {
        return switch (item) {
            case Request request -> call(request, state);
            case Exit(Pid from, ExitReason reason)
            when self.parent.filter(from::equals).isPresent() -> Step.stop(reason, state);
            case StopRequest(ExitReason reason) -> Step.stop(reason, state);
            case Signal signal -> answered(server.handleInfo(signal, state), null);
            default -> message(item, state);
        };
    }

    private Step<S> call(Request request, S state) throws Exception {
        if (self.node.host().clock().nanos() - request.deadlineNanos() >= 0) {
            self.node.forget(request.ref(), self);
            return Step.noReply(state);
        }
        if (!protocol.isInstance(request.message())) {
            self.node.failCall(request.ref(), self, notAccepted(request.message()));
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

    private Step<S> answered(Step<S> step, @Nullable Request request) {
        switch (step) {
            case Step.Reply<S> reply -> answer(reply, request);
            case Step.Stop<S> stop -> stop.reply().ifPresent(reply -> answer(reply, request));
            case Step.NoReply<S> _ -> {}
        }
        return step;
    }

    @SuppressWarnings("ReferenceEquality") // an equal request may be waiting behind this one
    private void answer(Step.Reply<S> reply, @Nullable Request request) {
        if (request == null || reply.request() != request.message()) {
            throw new IllegalStateException(
                    "reply to " + reply.request().getClass().getName()
                            + ", which is not the call being handled; keep Self.from(request) to answer later");
        }
        self.node.reply(new From<>(request.ref(), self.pid), reply.value());
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
