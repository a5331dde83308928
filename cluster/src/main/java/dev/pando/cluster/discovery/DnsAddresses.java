package dev.pando.cluster.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.xbill.DNS.Name;

/// The addresses of a name, each with the same port.
record DnsAddresses(DnsSource source, Name name, int port) implements Discovery {

    @Override
    public List<Endpoint> lookup(Duration timeout) throws IOException, InterruptedException {
        DnsLookup lookup = source.begin(timeout);
        SortedSet<Endpoint> found = new TreeSet<>();
        for (Name candidate : lookup.expand(name)) {
            lookup.hosts(List.of(candidate))
                    .getOrDefault(candidate, Collections.emptySortedSet())
                    .forEach(host -> found.add(new Endpoint(host, port)));
            if (!found.isEmpty()) {
                break;
            }
        }
        return lookup.found(found);
    }
}
