package dev.pando.cluster;

import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import java.math.BigDecimal;

record DonationGroup(Node node, Groups processors) {

    record Donation(BigDecimal amount) {}

    Pid startProcessor(String region) {
        Pid pid = node.spawn(() -> {
            Donation donation = Self.receive(Donation.class);
            IO.println("[" + region + "] Processed: $" + donation.amount());
        });
        processors.join(region, pid);
        return pid;
    }

    int broadcastToRegion(String region, Donation donation) {
        return processors.broadcast(region, donation);
    }
}
