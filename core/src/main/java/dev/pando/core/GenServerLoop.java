package dev.pando.core;

import static java.util.Objects.requireNonNull;

import dev.pando.core.wire.Payload;
import dev.pando.core.wire.WireException;
import java.util.ArrayList;
import java.util.List;
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
    private final @Nullable Handoff<S, Object> handoff;
    private @Nullable S state;
    private @Nullable Answers answers;
    private @Nullable Suspension suspension;

    @SuppressWarnings("unchecked") // whether the types fit is seen when the state is
    GenServerLoop(GenServer<M, S> server, Class<M> protocol, LocalProcess self) {
        this.server = server;
        this.protocol = protocol;
        this.self = self;
        this.handoff = server instanceof Handoff<?, ?> able ? (Handoff<S, Object>) able : null;
    }

    @Override
    public void begin() throws Exception {
        Object inherited = handoff == null ? null : self.mailbox.poll(Inheritance.class::isInstance);
        state = inherited instanceof Inheritance.Of(Exported exported) ? restore(exported) : server.init();
        if (inherited instanceof Inheritance.Lost(ExitReason reason)) {
            handle(new StateLost(reason));
        }
        self.ready();
    }

    @Override
    @SuppressWarnings("NullAway") // a state may be null, as in the type of the server
    public void handle(Object item) throws Exception {
        if (suspension != null) {
            suspended(suspension, item);
            return;
        }
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
            case HandOver.Order order -> Step.noReply(ordered(order, state));
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
        if (isAnswered(request)) {
            return Step.noReply(state);
        }
        self.handling(request);
        return answered(server.handle(protocol.cast(request.message()), state), request);
    }

    /// Whether a request with an id has been handled before; whoever asks again gets the same
    /// answer.
    private boolean isAnswered(Request request) {
        Ref id = request.id();
        Optional<Answers.Outcome> before = id == null || answers == null ? Optional.empty() : answers.to(id);
        before.ifPresent(outcome -> {
            Object answer = outcome.answer();
            if (answer != null) {
                self.node.calls().reply(request, answer);
            } else {
                self.node
                        .calls()
                        .fail(request, ExitReason.Other.of("request " + id + " is answered to who asked first"));
            }
        });
        return before.isPresent();
    }

    private Answers answers() {
        Answers made = answers == null ? new Answers() : answers;
        answers = made;
        return made;
    }

    private Step<S> message(Object message, S state) throws Exception {
        if (!protocol.isInstance(message) || message instanceof Call<?>) {
            log.warn("{} dropped a message: {}", self, notAccepted(message));
            return Step.noReply(state);
        }
        return answered(server.handle(protocol.cast(message), state), null);
    }

    /// Sends the answer of a step that has one. That of a stop is sent after `terminate`, but
    /// checked here.
    private Step<S> answered(Step<S> step, @Nullable Request request) {
        switch (step) {
            case Step.Reply<S> reply -> {
                Request answered = answerable(reply, request);
                Ref id = answered.id();
                if (id != null) {
                    answers().put(id, reply.value());
                }
                self.node.calls().reply(answered, reply.value());
            }
            case Step.Stop<S> stop -> stop.reply().ifPresent(reply -> answerable(reply, request));
            case Step.NoReply<S> _ -> {
                if (request != null) {
                    Ref id = request.id();
                    if (id != null) {
                        answers().leftOpen(id);
                    }
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

    // ---- going on as another process

    /// What has come since the state was taken, and who is to get it.
    private static final class Suspension {
        final Ref id;
        final List<Object> waiting = new ArrayList<>();

        @Nullable
        Pid successor;

        Suspension(Ref id) {
            this.id = id;
        }
    }

    private S restore(Exported exported) throws Exception {
        answers().restore(exported.answers());
        return requireNonNull(handoff).restore(exported.state().value(), exported.version());
    }

    private S ordered(HandOver.Order order, S state) {
        return switch (order) {
            case HandOver.Order.Suspend(Ref id, Pid asking) -> {
                HandOver.Suspended answer = new HandOver.Suspended(self.pid, id, export(state));
                if (answer.outcome() instanceof HandOver.Outcome.Taken) {
                    suspension = new Suspension(id);
                }
                self.node.send(asking, answer);
                yield state;
            }
            case HandOver.Order.Merge(Exported other) -> merged(other, state);
            case HandOver.Order.Resume _, HandOver.Order.Release _ -> state;
        };
    }

    private HandOver.Outcome export(S state) {
        if (handoff == null) {
            return new HandOver.Outcome.Refused(
                    new ExitReason.NotAccepted(server.getClass().getName(), Handoff.class.getName()));
        }
        if (self.hasOpen()) {
            return new HandOver.Outcome.Refused(new ExitReason.Overloaded(self + " has calls open", 0));
        }
        try {
            List<Exported.Answered> given = answers == null ? List.of() : answers.export();
            return new HandOver.Outcome.Taken(
                    new Exported(new Payload(handoff.export(state)), handoff.version(), given));
        } catch (Exception e) {
            log.error("{} stays where it is: its state cannot be exported", self, e);
            return new HandOver.Outcome.Refused(Node.reasonOf(e));
        }
    }

    private S merged(Exported other, S state) {
        if (handoff == null) {
            return state;
        }
        try {
            S merged = handoff.merge(state, other.state().value(), other.version());
            answers().restore(other.answers());
            return merged;
        } catch (Exception e) {
            log.error("{} goes on without the state of a copy that has stood back: it cannot be merged", self, e);
            return state;
        }
    }

    @SuppressWarnings("NullAway") // as in `handle`
    private void suspended(Suspension since, Object item) throws Exception {
        switch (item) {
            case Request request
            when request.message() instanceof StateRequest && since.successor == null -> call(request, state);
            case HandOver.Order.Resume(Ref id) when since.successor == null && since.id.equals(id) -> resume(since);
            case HandOver.Order.Release(Ref id, Pid successor)
            when since.successor == null && since.id.equals(id) -> release(since, successor);
            case HandOver.Order.Resume _, HandOver.Order.Release _ -> {}
            case Exit(Pid from, ExitReason reason) when self.isParent(from) -> stopped(since, reason);
            case StopRequest(ExitReason reason) -> stopped(since, reason);
            default -> {
                if (since.successor != null) {
                    passOn(since.successor, item);
                } else {
                    since.waiting.add(item);
                    if (item instanceof Request request) {
                        self.node.calls().keep(self, request);
                    }
                }
            }
        }
    }

    private void resume(Suspension since) throws Exception {
        suspension = null;
        for (Object item : since.waiting) {
            handle(item);
        }
    }

    @SuppressWarnings("NullAway") // as in `handle`
    private void release(Suspension since, Pid successor) {
        since.successor = successor;
        try {
            server.terminate(new ExitReason.Moved(successor), state);
        } catch (Exception e) {
            log.error("{} failed when it was over, after its move to {}", self, successor, e);
        }
        state = null;
        answers = null;
        since.waiting.forEach(item -> passOn(successor, item));
        since.waiting.clear();
        Self.sendAfter(HandOver.LINGERS, new StopRequest(new ExitReason.Moved(successor)));
    }

    private void passOn(Pid successor, Object item) {
        switch (item) {
            case Request request -> self.node.calls().fail(request, new ExitReason.Moved(successor));
            case Signal _, HandOver.Order _ -> {}
            default -> {
                try {
                    self.node.send(successor, item);
                } catch (WireException e) {
                    log.warn("{} cannot pass a message on to {}: {}", self, successor, e.getMessage());
                }
            }
        }
    }

    @SuppressWarnings("NullAway") // as in `handle`
    private void stopped(Suspension since, ExitReason reason) throws Exception {
        Pid successor = since.successor;
        if (successor != null) {
            throw new ExitException(new ExitReason.Moved(successor));
        }
        terminate(reason, state);
        throw new ExitException(reason);
    }

    private void terminate(ExitReason reason, S state) throws Exception {
        self.unwound();
        server.terminate(reason, state);
    }
}
