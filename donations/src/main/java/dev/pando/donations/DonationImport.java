package dev.pando.donations;

import dev.pando.core.ExitException;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Self;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends donations through the routers of several nodes, in turn, a bounded number at a time.
///
/// A donation whose node is lost on the way is sent again through another; the ledger refuses what it has. Only
/// the donations under way are held in memory.
public final class DonationImport {

    private static final Logger log = LoggerFactory.getLogger(DonationImport.class);
    private static final int PARALLEL = 64;
    private static final Duration ROUTE = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Node node;
    private final Supplier<List<NodeName>> targets;
    private final Duration patience;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong recorded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong different = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    /// How far an import has come.
    ///
    /// @param recorded donations that were not in the ledger before
    /// @param refused donations that the ledger had already, among them those sent again after a lost answer
    /// @param different those of the refused whose id the ledger has with other content
    /// @param failed donations that no node could be made to record in time
    public record Progress(long recorded, long refused, long different, long failed) {
        public long done() {
            return recorded + refused + failed;
        }
    }

    /// @param targets the nodes that have a router at present; asked for each donation
    /// @param patience how long a donation is sent again and again before it is given up
    public DonationImport(Node node, Supplier<List<NodeName>> targets, Duration patience) {
        this.node = node;
        this.targets = targets;
        this.patience = patience;
    }

    /// Sends all donations and waits until each has met its end.
    ///
    /// @param donations read by one thread at a time, as far as there is room; what it throws ends the import,
    ///     after the donations under way, and is thrown here
    /// @throws InterruptedException when the waiting thread is interrupted; donations under way go on
    public Progress run(Iterator<Donation> donations, String source) throws InterruptedException {
        CountDownLatch finished = new CountDownLatch(PARALLEL);
        Source shared = new Source(donations);
        for (int i = 0; i < PARALLEL; i++) {
            node.spawn(() -> {
                try {
                    for (Optional<Donation> next = shared.next(); next.isPresent(); next = shared.next()) {
                        send(next.get(), source);
                    }
                } finally {
                    finished.countDown();
                }
            });
        }
        finished.await();
        shared.rethrow();
        return progress();
    }

    public Progress progress() {
        return new Progress(recorded.get(), refused.get(), different.get(), failed.get());
    }

    private void send(Donation donation, String source) {
        long deadline = node.host().clock().nanos() + patience.toNanos();
        String why = "no node has a router";
        while (node.host().clock().nanos() - deadline < 0) {
            Optional<NodeName> target = nextTarget();
            if (target.isPresent()) {
                try {
                    var route = new DonationRouter.Route(donation, source, ROUTE);
                    switch (Self.call(DonationRouter.NAME.on(target.get()), route, ROUTE.plus(GRACE))) {
                        case Receipt receipt -> {
                            count(receipt);
                            return;
                        }
                        case DonationRouter.Unrouted(String _, var reason) -> why = reason.toString();
                    }
                } catch (ExitException e) {
                    why = e.reason().toString();
                }
            }
            Self.sleep(PAUSE);
        }
        failed.incrementAndGet();
        log.error("donation {} could not be recorded: {}", donation.id(), why);
    }

    private void count(Receipt receipt) {
        (receipt.recorded() ? recorded : refused).incrementAndGet();
        if (!receipt.sameContent()) {
            different.incrementAndGet();
            log.error("donation {} is in the ledger with other content", receipt.donationId());
        }
    }

    private Optional<NodeName> nextTarget() {
        List<NodeName> nodes = targets.get();
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size())));
    }

    /// Hands the donations out to many processes.
    private static final class Source {
        private final Iterator<Donation> donations;
        private Optional<RuntimeException> failure = Optional.empty();

        Source(Iterator<Donation> donations) {
            this.donations = donations;
        }

        synchronized Optional<Donation> next() {
            try {
                return failure.isEmpty() && donations.hasNext() ? Optional.of(donations.next()) : Optional.empty();
            } catch (RuntimeException e) {
                failure = Optional.of(e);
                return Optional.empty();
            }
        }

        synchronized void rethrow() {
            failure.ifPresent(e -> {
                throw e;
            });
        }
    }
}
