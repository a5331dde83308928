package dev.pando.donations;

import org.h2.engine.SysProperties;

/// Keeps H2's server off the network. H2 listens on every interface unless this system property says otherwise,
/// and reads it once, when its classes are loaded; so it is set before this module first touches H2, and checked
/// before a server starts.
final class H2Loopback {

    static final String ADDRESS = "127.0.0.1";

    private static final String PROPERTY = "h2.bindAddress";

    private H2Loopback() {}

    static void prefer() {
        System.setProperty(PROPERTY, ADDRESS);
    }

    static void require() {
        prefer();
        if (!ADDRESS.equals(SysProperties.BIND_ADDRESS)) {
            throw new IllegalStateException(
                    "H2 was loaded before the ledger server and would listen on every interface:"
                            + " start the JVM with -D" + PROPERTY + "=" + ADDRESS);
        }
    }
}
