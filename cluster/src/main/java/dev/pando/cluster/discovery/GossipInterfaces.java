package dev.pando.cluster.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The interfaces of this machine, as they are now, that a node speaks and listens on.
record GossipInterfaces(Gossip options) {

    List<NetworkInterface> heard() throws IOException {
        if (!Literals.isWildcard(options.ifAddr())) {
            return List.of(one("ifAddr", options.ifAddr()));
        }
        return options.multicastIf().isPresent() ? spoken() : all();
    }

    List<NetworkInterface> spoken() throws IOException {
        Optional<String> named = options.multicastIf();
        return named.isPresent() ? List.of(one("multicastIf", named.get())) : heard();
    }

    private NetworkInterface one(String option, String text) throws IOException {
        Optional<InetAddress> address = Literals.address(text);
        NetworkInterface found = address.isPresent()
                ? NetworkInterface.getByInetAddress(address.get())
                : NetworkInterface.getByName(text);
        if (found == null) {
            throw new IOException(option + ": " + text + " is not of this machine; it has " + present());
        }
        if (!hasAddress(found)) {
            throw new IOException(option + ": " + text + " has no address of the kind of multicastAddr "
                    + options.multicastAddr() + "; this machine has " + present());
        }
        return found;
    }

    private List<NetworkInterface> all() throws IOException {
        List<NetworkInterface> outward = new ArrayList<>();
        List<NetworkInterface> loopback = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (each.isUp() && hasAddress(each)) {
                if (each.isLoopback()) {
                    loopback.add(each);
                } else if (each.supportsMulticast()) {
                    outward.add(each);
                }
            }
        }
        if (outward.isEmpty() && loopback.isEmpty()) {
            throw new IOException("no interface of this machine has an address of the kind of multicastAddr "
                    + options.multicastAddr() + "; it has " + present());
        }
        return outward.isEmpty() ? loopback : outward;
    }

    private boolean hasAddress(NetworkInterface candidate) {
        Class<?> kind = options.group().getClass();
        return candidate.inetAddresses().anyMatch(kind::isInstance);
    }

    private static String present() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .map(each -> each.getName() + " ("
                        + each.inetAddresses().map(InetAddress::getHostAddress).collect(Collectors.joining(" "))
                        + ")")
                .collect(Collectors.joining(", "));
    }
}
