package dev.pando.testkit;

import dev.pando.cluster.Cluster;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Resources;
import java.util.function.Supplier;

/// All that the nodes of a cluster under test have in common: what they speak, have, and do when they
/// start.
///
/// @param <A> what the test wants to have at hand of each node
public interface Setup<A> extends Boot<A> {

    /// What the nodes speak.
    Protocols protocols();

    /// What the processes of a node find there; asked for at each start of a node.
    default Resources resources() {
        return Resources.none();
    }

    /// A setup of its parts.
    static <A> Setup<A> of(Protocols protocols, Supplier<Resources> resources, Boot<A> boot) {
        return new Setup<>() {
            @Override
            public Protocols protocols() {
                return protocols;
            }

            @Override
            public Resources resources() {
                return resources.get();
            }

            @Override
            public A boot(Node node, Cluster cluster) throws Exception {
                return boot.boot(node, cluster);
            }
        };
    }
}
