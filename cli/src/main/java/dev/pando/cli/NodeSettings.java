package dev.pando.cli;

import dev.pando.cluster.ClusterConfig;
import dev.pando.cluster.Cookie;
import java.util.List;

/// What a node process of the demonstration needs to know; handed over on its standard input, where nobody else
/// can read the secrets.
///
/// @param members how many nodes with a ledger there are to be; each says so when it sees them all
/// @param takeOver whether children of lost nodes are taken over; `false` only to prove that the demonstration
///     notices
record NodeSettings(
        String name,
        int port,
        List<String> hosts,
        int members,
        String cookie,
        String ledgerUrl,
        String ledgerUser,
        String ledgerPassword,
        boolean takeOver) {

    static final String CLUSTER = "pando-demo";
    static final String WORKERS = "donations";

    ClusterConfig cluster() {
        return ClusterConfig.of(CLUSTER).listen("127.0.0.1", port).hosts(hosts).cookie(new Cookie(cookie));
    }
}
