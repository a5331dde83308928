package dev.pando.cluster.discovery;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// The options that the DNS strategies share: their defaults, and what is refused.
final class DnsOptions {

    static final Duration POLLING_INTERVAL = Duration.ofSeconds(5);

    private static final int PORT_MAX = 65_535;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");

    private DnsOptions() {}

    /// Relative, unless the text ends in a dot.
    static Name name(String option, String text) {
        try {
            if (!NAME.matcher(text).matches()) {
                throw new TextParseException(text);
            }
            return Name.fromString(text);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(
                    option + ": '" + text + "' is not a name in DNS: give up to 63 letters, digits, '-' and '_', or"
                            + " several such words with dots in between, 253 characters in all",
                    e);
        }
    }

    static void requireLabel(String option, String text) {
        if (name(option, text).labels() > 1 || text.endsWith(".")) {
            throw new IllegalArgumentException(option + ": '" + text + "' has a dot; give one word");
        }
    }

    static void requireBasename(String option, Optional<String> text) {
        if (text.filter(base -> base.isBlank() || base.contains("@")).isPresent()) {
            throw new IllegalArgumentException(
                    option + ": '" + text.get() + "' is blank or has an '@'; give what stands before it, or nothing");
        }
    }

    static void requirePort(int port) {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("port: " + port + " is not between 1 and " + PORT_MAX);
        }
    }

    static void requireInterval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "pollingInterval: " + interval + " is not above 0; the default is " + POLLING_INTERVAL);
        }
    }

    static void requireServer(Optional<InetSocketAddress> server) {
        if (server.filter(one -> one.isUnresolved() || one.getPort() == 0).isPresent()) {
            throw new IllegalArgumentException("server: " + server.get()
                    + " has no address or no port; give both, such as 10.96.0.10 and 53, or nothing for the system's");
        }
    }

    /// The full name of a service.
    static String inKubernetes(String service, String namespace, String clusterDomain) {
        return service + "." + namespace + ".svc." + clusterDomain + ".";
    }

    /// Without a dot at its end.
    static String clusterDomain(String text) {
        name("clusterDomain", text);
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    /// @param variable what the environment says
    static String clusterDomainOr(@Nullable String variable) {
        return variable == null || variable.isBlank() ? "cluster.local" : variable.strip();
    }
}
