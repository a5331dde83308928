package dev.pando.cluster.discovery;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The targets of SRV records, each with its own port; priority and weight say nothing to nodes
/// that want to know all.
///
/// Addresses that come along with the records are taken. The other targets are asked for, of the
/// same server.
///
/// @param name absolute
record DnsServices(DnsSource source, Name name) implements Discovery {

    @Override
    public List<Endpoint> lookup(Duration timeout) throws IOException, InterruptedException {
        DnsLookup lookup = source.begin(timeout);
        List<SRVRecord> services = new ArrayList<>();
        SortedMap<Name, SortedSet<String>> hosts = new TreeMap<>();
        for (Message answer :
                lookup.ask(List.of(new DnsLookup.Question(name, Type.SRV))).values()) {
            services.addAll(usable(answer));
            for (Record along : answer.getSection(Section.ADDITIONAL)) {
                DnsLookup.add(hosts, along.getName(), along);
            }
        }
        hosts.putAll(lookup.hosts(services.stream()
                .map(SRVRecord::getTarget)
                .filter(target -> !hosts.containsKey(target))
                .distinct()
                .toList()));
        return lookup.found(endpoints(services, hosts));
    }

    /// The root as target means that there is no such service, and 0 is no port.
    private static List<SRVRecord> usable(Message answer) {
        return answer.getSection(Section.ANSWER).stream()
                .filter(SRVRecord.class::isInstance)
                .map(SRVRecord.class::cast)
                .filter(service -> !service.getTarget().equals(Name.root) && service.getPort() > 0)
                .toList();
    }

    private static SortedSet<Endpoint> endpoints(List<SRVRecord> services, SortedMap<Name, SortedSet<String>> hosts) {
        SortedSet<Endpoint> endpoints = new TreeSet<>();
        for (SRVRecord service : services) {
            hosts.getOrDefault(service.getTarget(), Collections.emptySortedSet())
                    .forEach(host -> endpoints.add(new Endpoint(host, service.getPort())));
        }
        return endpoints;
    }
}
