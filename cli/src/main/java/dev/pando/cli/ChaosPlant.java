package dev.pando.cli;

import java.util.Locale;

/// A fault that is built into one node, and must be found.
enum ChaosPlant {
    NONE,
    /// Once it has lost a node, it ends each session that begins again.
    DROP_SESSIONS,
    /// Once it has lost a node, it sends it no message any more, and says that it did.
    DROP_SIGNALS;

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
