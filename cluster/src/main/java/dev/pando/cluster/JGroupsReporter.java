package dev.pando.cluster;

import dev.pando.cluster.spi.Refusal;

/// Whom the parts of the engine tell what they refused.
@FunctionalInterface
interface JGroupsReporter {
    void refused(Refusal kind, Object origin, String why);
}
