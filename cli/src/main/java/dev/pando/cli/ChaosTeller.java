package dev.pando.cli;

import dev.pando.cluster.NodeDown;
import dev.pando.cluster.NodeUp;
import dev.pando.core.NodeName;
import dev.pando.core.Notice;
import dev.pando.core.ProcessBody;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.Optional;

/// Sends numbered messages to one other node for as long as there is a session with it, a new epoch for each.
final class ChaosTeller implements ProcessBody {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final NodeName peer;
    private final ChaosLog log;
    private final boolean silentOnceLost;

    private boolean up;
    private boolean lost;
    private long incarnation;
    private long epoch;
    private long sent;
    private long certain;

    /// Tells one peer.
    ///
    /// @param silentOnceLost plants a fault: it sends nothing any more, and says that it did
    ChaosTeller(NodeName peer, ChaosLog log, boolean silentOnceLost) {
        this.peer = peer;
        this.log = log;
        this.silentOnceLost = silentOnceLost;
    }

    @Override
    public void run() {
        while (true) {
            Optional<Notice> notice = Self.receive(Notice.class, PAUSE);
            notice.ifPresent(this::handle);
            if (notice.isEmpty() && up) {
                tell();
            }
        }
    }

    private void tell() {
        sent++;
        if (!(silentOnceLost && lost)) {
            Self.cast(
                    ChaosProbe.NAME.on(peer),
                    new ChaosProbe.Tell(
                            Self.node().name().toString(), Self.node().incarnation(), epoch, sent));
        }
        write();
        // A session that ends says so before the next one begins: no word yet, no other session.
        boolean unbroken = true;
        for (Optional<Notice> notice = now(); notice.isPresent(); notice = now()) {
            unbroken = unbroken && !concerns(notice.get());
            handle(notice.get());
        }
        if (unbroken) {
            certain = sent;
            write();
        }
    }

    private static Optional<Notice> now() {
        return Self.receive(Notice.class, Duration.ZERO);
    }

    private boolean concerns(Notice notice) {
        return switch (notice) {
            case NodeUp now -> now.node().equals(peer);
            case NodeDown now -> now.node().equals(peer);
            default -> false;
        };
    }

    private void handle(Notice notice) {
        switch (notice) {
            case NodeUp now
            when now.node().equals(peer) -> {
                up = true;
                incarnation = now.incarnation();
                epoch++;
                sent = 0;
                certain = 0;
                write();
            }
            case NodeDown now
            when now.node().equals(peer) -> {
                up = false;
                lost = true;
                write();
            }
            default -> {}
        }
    }

    private void write() {
        log.told(new ChaosSnapshot.Told(peer.toString(), incarnation, epoch, sent, certain, !up));
    }
}
