package dev.pando.horde;

import dev.pando.cluster.Cluster;
import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import dev.pando.core.Application;
import dev.pando.core.Node;
import dev.pando.core.Protocols;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.nio.file.Path;
import java.util.List;

/// A node of the supervisor `tills` as a program of its own.
final class LeavingProgram {

    /// Runs until it is told to stop.
    ///
    /// @param arguments the file with the cookie, the port, and the hosts to join
    public static void main(String... arguments) {
        Node node = Node.start("leaver", Protocols.of(Till.class, Till.Book.class));
        ClusterConfig config = ClusterConfig.of("trio")
                .hosts(List.of(arguments).subList(2, arguments.length))
                .cookie(Cookie.ofFile(Path.of(arguments[0])))
                .listen("127.0.0.1", Integer.parseInt(arguments[1]));
        Cluster cluster = Cluster.of(node, config);
        DistributedSupervisor tills = DistributedSupervisor.of(cluster, "tills", Placement.consistentHash());
        System.exit(Application.of(node, Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), tills.childSpec()))
                .run());
    }

    private LeavingProgram() {}
}
