package dev.pando.cluster.discovery;

import java.net.InetAddress;
import java.util.Optional;

/// Addresses in text; a name is not looked up.
final class Literals {

    static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
    }

    /// @param option what it was given for
    static InetAddress address(String option, String text) {
        return address(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        option + ": '" + text + "' is not an address, such as 10.0.0.1; a name is not looked up here"));
    }

    /// Whether who listens there listens on all addresses of its machine.
    static boolean isWildcard(String host) {
        return address(host).filter(InetAddress::isAnyLocalAddress).isPresent();
    }

    /// Whether the host is the machine of whoever asks.
    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || address(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    private Literals() {}
}
