package dev.pando.cluster;

import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.Call;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.GenServer;
import dev.pando.core.Name;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Protocols;
import dev.pando.core.Step;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Nodes over real sockets, several in this JVM.
class ClusterIT {

    private static final Duration JOIN = Duration.ofSeconds(20);

    record Echo() implements GenServer<Echo.Say, Integer> {
        record Say(String text) implements Call<String> {}

        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Say message, Integer state) {
            return reply(message, message.text() + state, state + 1);
        }
    }

    @Test
    void twoNodesCallEachOther() {
        Cookie cookie = Cookie.random();
        List<Integer> ports = FreePorts.take(2);
        List<String> hosts = ports.stream().map(port -> "127.0.0.1:" + port).toList();
        ClusterConfig config = ClusterConfig.of("test").hosts(hosts).cookie(cookie);
        Node b = Node.start("b", Protocols.of(Echo.class));
        try (Node a = Node.start("a", Protocols.of(Echo.class))) {
            Cluster ofA = Cluster.join(a, config.listen("127.0.0.1", ports.get(0)));
            Cluster ofB = Cluster.join(b, config.listen("127.0.0.1", ports.get(1)));
            assertThat(ofA.awaitMembers(2, JOIN)).isTrue();
            assertThat(ofB.awaitMembers(2, JOIN)).isTrue();

            Pid echo = b.start(new Echo(), new Name("echo"));

            assertThat(a.call(echo, new Echo.Say("x"))).isEqualTo("x0");
            assertThat(a.call(new Name("echo").on(b.name()), new Echo.Say("y"))).isEqualTo("y1");
            b.close();
            assertThatThrownBy(() -> a.call(echo, new Echo.Say("z")))
                    .isInstanceOfSatisfying(
                            ExitException.class,
                            e -> assertThat(e.reason())
                                    .isInstanceOfAny(ExitReason.NoConnection.class, ExitReason.NoProcess.class));
        }
    }
}
