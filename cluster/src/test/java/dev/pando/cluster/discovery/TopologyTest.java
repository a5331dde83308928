package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.core.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopologyTest {

    @Test
    void aTopologyHasFiveSecondsForEachThingAndGivesUpAfterThreeAnswers() {
        Topology topology = Topology.of("us", new Fixed());

        assertThat(topology.name()).isEqualTo("us");
        assertThat(topology.strategy()).isEqualTo(new Fixed());
        assertThat(topology.lookup()).isEqualTo(Duration.ofSeconds(5));
        assertThat(topology.connect()).isEqualTo(Duration.ofSeconds(5));
        assertThat(topology.misses()).isEqualTo(3);
    }

    @Test
    void eachOptionChangesItselfAlone() {
        Duration second = Duration.ofSeconds(1);
        Duration minute = Duration.ofMinutes(1);

        assertThat(Topology.of("us", new Fixed()).lookup(second).connect(minute).misses(7))
                .isEqualTo(new Topology("us", new Fixed(), second, minute, 7));
    }

    @Test
    void twoTopologiesOfOneNameAreRefused() {
        try (Node node = Node.start("n")) {
            Cluster cluster = Cluster.of(node, ClusterConfig.of("test").cookie(Cookie.random()));

            assertThatThrownBy(() -> Topologies.of(
                            cluster, Topology.of("us", new Fixed()), Topology.of("us", StaticHosts.of("a"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("two topologies are called 'us'");
        }
    }

    @Test
    void aTopologyWithAnOptionThatCannotBeSaysWhich() {
        DiscoveryStrategy strategy = new Fixed();

        assertThatThrownBy(() -> Topology.of(" ", strategy)).hasMessageContaining("the name is blank");
        assertThatThrownBy(() -> Topology.of("us", strategy).misses(0)).hasMessage("us.misses: 0 is less than 1");
        assertThatThrownBy(() -> Topology.of("us", strategy).connect(Duration.ZERO))
                .hasMessage("us.connect: PT0S is not above 0");
        assertThatThrownBy(() -> Topology.of("us", strategy).lookup(Duration.ofSeconds(-1)))
                .hasMessage("us.lookup: PT-1S is not above 0");
    }

    private record Fixed() implements DiscoveryStrategy {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Duration interval() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Discovery open(Seat seat) {
            return _ -> List.of();
        }
    }
}
