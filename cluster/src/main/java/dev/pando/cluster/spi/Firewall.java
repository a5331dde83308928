package dev.pando.cluster.spi;

import java.net.InetSocketAddress;

/// Lets in what a member sends, or drops it unseen, as a cable that is pulled does. For tests that cut
/// real nodes apart.
///
/// One end of a cut is enough to end one direction. The sender is not told: its engine notices by the
/// silence, as in production.
@FunctionalInterface
public interface Firewall {

    /// Whether what comes from this endpoint is heard now. Asked for each frame, by threads of the
    /// engine; must not block.
    ///
    /// @param sender the address and port that the sender listens on
    boolean admits(InetSocketAddress sender);

    /// Lets everything in.
    static Firewall open() {
        return _ -> true;
    }
}
