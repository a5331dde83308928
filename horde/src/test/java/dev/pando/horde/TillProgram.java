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
final class TillProgram {

    /// Goes before the number of fields that a request has in this build.
    static final String TAKE = "fields of Take: ";

    /// Runs until it is told to stop.
    ///
    /// @param arguments the node's name, the file with the cookie, the port, and the hosts to join
    public static void main(String... arguments) {
        System.out.println(TAKE + Till.Take.class.getRecordComponents().length);
        Node node = Node.start(arguments[0], Protocols.of(Till.class, Till.Book.class));
        ClusterConfig config = ClusterConfig.of("trio")
                .hosts(List.of(arguments).subList(3, arguments.length))
                .cookie(Cookie.ofFile(Path.of(arguments[1])))
                .listen("127.0.0.1", Integer.parseInt(arguments[2]));
        Cluster cluster = Cluster.of(node, config);
        DistributedSupervisor tills = DistributedSupervisor.of(cluster, "tills", Placement.consistentHash());
        System.exit(Application.of(node, Supervisor.of(Strategy.ONE_FOR_ONE, cluster.childSpec(), tills.childSpec()))
                .run());
    }

    private TillProgram() {}
}
