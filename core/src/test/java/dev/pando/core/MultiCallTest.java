package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MultiCallTest {

    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Name DESK = new Name("desk");

    private final Node alpha = Node.start("alpha", Protocols.of(DistributionTest.Desk.Message.class));
    private final Node beta = Node.start("beta", Protocols.of(DistributionTest.Desk.Message.class));
    private final Node gamma = Node.start("gamma", Protocols.of(DistributionTest.Desk.Message.class));
    private final Network network = Network.of(alpha, beta, gamma);

    @AfterEach
    void close() {
        network.close();
        List.of(alpha, beta, gamma).forEach(Node::close);
    }

    private static final DistributionTest.Desk.Echo ECHO = new DistributionTest.Desk.Echo("hello");

    @Test
    void allThatAnswerAreHeardInTheOrderInWhichTheyWereAsked() {
        for (Node node : List.of(alpha, beta, gamma)) {
            node.start(new DistributionTest.Desk(), DESK);
        }
        List<Dest> all = List.of(DESK.on(gamma.name()), DESK, DESK.on(beta.name()));

        MultiReply<String> reply = alpha.multiCall(all, ECHO, Steps.LIMIT);

        assertThat(reply.replies().keySet()).containsExactlyElementsOf(all);
        assertThat(reply.replies().values()).containsOnly("hello");
        assertThat(reply.failures()).isEmpty();
    }

    @Test
    void whoDoesNotAnswerHoldsUpNobodyElse() {
        alpha.start(new DistributionTest.Desk(), DESK);
        Pid silent = beta.start(new DistributionTest.Desk(), DESK);
        beta.cast(silent, new DistributionTest.Desk.Pause());
        network.cut(alpha, gamma);
        Dest nobody = new Name("nobody").on(beta.name());
        Dest unreachable = DESK.on(gamma.name());

        MultiReply<String> reply = alpha.multiCall(List.of(silent, nobody, DESK, unreachable), ECHO, SHORT);

        assertThat(reply.replies()).containsOnlyKeys(DESK);
        assertThat(reply.failures()).containsOnlyKeys(silent, nobody, unreachable);
        assertThat(reply.failures().get(silent)).isEqualTo(new ExitReason.Timeout(SHORT));
        assertThat(reply.failures().get(nobody)).isInstanceOf(ExitReason.NoProcess.class);
        assertThat(reply.failures().get(unreachable)).isEqualTo(new ExitReason.NoConnection(gamma.name()));
        Steps.until("the server to forget", () -> beta.servedCalls() == 0);
        beta.send(silent, "go on");
    }

    @Test
    void whoIsNamedTwiceIsAskedOnce() {
        Pid counted = beta.start(new DistributionTest.Desk());

        MultiReply<String> reply = alpha.multiCall(List.of(counted, counted), ECHO, Steps.LIMIT);

        assertThat(reply.replies()).containsOnlyKeys(counted);
        Steps.until("no call left open", () -> beta.servedCalls() == 0);
    }

    @Test
    void nobodyAskedIsNoAnswer() {
        MultiReply<String> reply = alpha.multiCall(List.of(), ECHO, SHORT);

        assertThat(reply.replies()).isEmpty();
        assertThat(reply.failures()).isEmpty();
    }

    @Test
    void aCallerThatIsToldToExitGivesUpAllCalls() {
        Pid one = beta.start(new DistributionTest.Desk());
        Pid two = gamma.start(new DistributionTest.Desk());
        Pid caller =
                alpha.spawn(() -> Self.multiCall(List.of(one, two), new DistributionTest.Desk.Hold(), Node.FOREVER));
        Steps.until("both calls", () -> beta.servedCalls() == 1 && gamma.servedCalls() == 1);

        alpha.exit(caller, ExitReason.shutdown());

        Steps.until("both servers to forget", () -> beta.servedCalls() == 0 && gamma.servedCalls() == 0);
    }
}
