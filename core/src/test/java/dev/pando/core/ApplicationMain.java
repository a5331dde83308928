package dev.pando.core;

import static dev.pando.core.Strategy.ONE_FOR_ONE;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// The program that [ApplicationIT] runs in a JVM of its own: says on standard output what starts and stops.
final class ApplicationMain {

    private static final Duration LONG = Duration.ofMinutes(10);

    public static void main(String[] args) {
        Node node = Node.start("alpha");
        Application application = Application.of(node, tree(args[0]))
                .deadline(Duration.parse(args[1]))
                .beforeStop(() -> say("before"))
                .afterStop(() -> say("after"));
        System.exit(application.run());
    }

    private static Supervisor tree(String what) {
        return switch (what) {
            case "sound" -> of(talking("a"), ChildSpec.of("inner", of(talking("b"), talking("c"))), talking("ready"));
            case "stuck" -> of(talking("a"), deaf("deaf"), talking("ready"));
            case "broken" ->
                of(talking("a"), ChildSpec.of("inner", of(initialising("ledger", () -> {
                    throw new IOException("disk on fire");
                }))));
            case "crashing" ->
                of(talking("a"), child("failing", () -> {
                            Self.receive(String.class, Duration.ofMillis(1));
                            throw new IOException("disk on fire");
                        }))
                        .intensity(2, LONG);
            case "exiting" ->
                of(talking("a"), child("leaving", () -> {
                    Thread.ofPlatform().start(() -> System.exit(7));
                    Self.receive(String.class);
                }));
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static Supervisor of(ChildSpec... children) {
        return Supervisor.of(ONE_FOR_ONE, children);
    }

    private static ChildSpec child(String id, ProcessBody body) {
        return ChildSpec.of(id, body);
    }

    private static void say(String line) {
        System.out.println(line);
    }

    /// Stops when it is told to, and says so.
    record Talking(String id) implements GenServer<Cast, Integer> {
        @Override
        public Integer init() {
            Self.trapExits(true);
            say("+" + id);
            return 0;
        }

        @Override
        public Step<Integer> handle(Cast message, Integer state) {
            return Step.noReply(state);
        }

        @Override
        public void terminate(ExitReason reason, Integer state) {
            say("-" + id);
        }
    }

    private static ChildSpec talking(String id) {
        return ChildSpec.of(id, new Talking(id));
    }

    private static ChildSpec initialising(String id, ProcessBody init) {
        return ChildSpec.of(id, new GenServer<Cast, Integer>() {
            @Override
            public Integer init() throws Exception {
                init.run();
                return 0;
            }

            @Override
            public Step<Integer> handle(Cast message, Integer state) {
                return Step.noReply(state);
            }
        });
    }

    /// Ignores its stop, and may take ten minutes for it.
    private static ChildSpec deaf(String id) {
        return child(id, () -> Steps.awaitHeedless(new CountDownLatch(1))).shutdown(LONG);
    }

    private ApplicationMain() {}
}
