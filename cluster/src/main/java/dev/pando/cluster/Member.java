package dev.pando.cluster;

import dev.pando.cluster.spi.Engine;
import dev.pando.core.Call;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.From;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Self;
import dev.pando.core.Step;
import dev.pando.core.wire.WireException;
import java.util.Objects;
import java.util.function.Supplier;

/// The process that is a node's membership: it holds the engine for as long as it lives, and answers what
/// other nodes ask this one as a whole.
record Member(Sessions sessions, Supplier<Engine> engines) implements GenServer<Member.Request, Engine> {

    static final Name NAME = new Name("pando.cluster");

    /// What nodes say to each other here.
    static final Protocols PROTOCOLS = Protocols.of(Ping.class, Failed.class);

    sealed interface Request permits Ping, Job {}

    /// Asks whether the node answers.
    record Ping() implements Call<Boolean>, Request {}

    /// The answer to a job that has none.
    record Failed(ExitReason reason) {}

    @Override
    public Engine init() {
        Self.trapExits(true);
        Engine mine = engines.get();
        sessions.join(mine);
        return mine;
    }

    @Override
    public Step<Engine> handle(Request message, Engine state) {
        return switch (message) {
            case Ping ping -> Step.reply(ping, true, state);
            case Job<?> job -> {
                run(Self.node(), job);
                yield Step.noReply(state);
            }
        };
    }

    @SuppressWarnings("unchecked") // the reply is a result, or says that there is none; the caller tells them apart
    private static void run(Node node, Job<?> job) {
        From<Object> caller = Self.from((Call<Object>) job);
        node.spawn(() -> {
            try {
                node.reply(caller, outcome(job));
            } catch (WireException e) {
                node.reply(caller, new Failed(ExitReason.Crash.of(e)));
            }
        });
    }

    private static Object outcome(Job<?> job) {
        try {
            return Objects.requireNonNull(
                    job.run(),
                    () -> job.getClass().getName() + " returned null; use Optional for a result that may lack");
        } catch (ExitException e) {
            return new Failed(e.reason());
        } catch (Throwable e) {
            return new Failed(ExitReason.Crash.of(e));
        }
    }

    @Override
    public void terminate(ExitReason reason, Engine state) {
        sessions.leave(state);
    }
}
