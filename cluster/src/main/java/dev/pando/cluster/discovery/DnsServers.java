package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.SimpleResolver;

/// Whom to ask, and what may be left out of a name.
///
/// @param search what is appended to relative names
/// @param ndots a name with so many dots is tried without that first
record DnsServers(List<InetSocketAddress> addresses, List<Name> search, int ndots) {

    DnsServers {
        addresses = List.copyOf(addresses);
        search = List.copyOf(search);
    }

    /// One server is asked for names as they are written. Without one, what the system is told to
    /// do counts now.
    static DnsServers of(Optional<InetSocketAddress> server) {
        return server.map(one -> new DnsServers(List.of(one), List.of(), 0)).orElseGet(DnsServers::system);
    }

    /// One at a time: all readers of the library share what they have just read.
    private static synchronized DnsServers system() {
        ResolverConfig config = new ResolverConfig();
        return new DnsServers(
                config.servers().stream().filter(one -> !one.isUnresolved()).toList(),
                config.searchPath(),
                config.ndots());
    }

    /// What a name may stand for, in the order in which it is tried.
    List<Name> expand(Name name) {
        if (name.isAbsolute()) {
            return List.of(name);
        }
        List<Name> names = new ArrayList<>();
        search.forEach(suffix -> join(name, suffix).ifPresent(names::add));
        int dots = name.labels() - 1;
        join(name, Name.root).ifPresent(plain -> names.add(dots >= ndots ? 0 : names.size(), plain));
        return names;
    }

    private static Optional<Name> join(Name name, Name suffix) {
        try {
            return Optional.of(Name.concatenate(Name.concatenate(name, suffix), Name.root));
        } catch (NameTooLongException e) {
            return Optional.empty();
        }
    }

    /// A lone server is asked three times, and of several the last one in time, when the others do
    /// not answer.
    Resolver resolver(Duration limit) {
        Duration each = limit.dividedBy(addresses.size() + 2L);
        List<Resolver> resolvers = new ArrayList<>();
        for (InetSocketAddress address : addresses) {
            SimpleResolver one = new SimpleResolver(address);
            one.setTimeout(each);
            resolvers.add(one);
        }
        ExtendedResolver all = new ExtendedResolver(resolvers);
        all.setTimeout(limit);
        return all;
    }

    /// `host:port` of each.
    @Override
    public String toString() {
        return String.join(", ", addresses.stream().map(DnsServers::text).toList());
    }

    private static String text(InetSocketAddress server) {
        return new Endpoint(server.getAddress().getHostAddress(), server.getPort()).toString();
    }
}
