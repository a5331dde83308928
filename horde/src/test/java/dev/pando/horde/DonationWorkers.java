package dev.pando.horde;

import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Registration.Registered;
import dev.pando.core.Registration.Taken;
import dev.pando.core.Self;
import java.math.BigDecimal;
import java.util.Optional;

record DonationWorkers(Node node, HordeRegistry registry) {

    record Donation(String id) {}

    record Gift(BigDecimal amount) {}

    Pid start(String donationId) {
        Pid worker = node.spawn(() -> work(donationId));
        return switch (registry.register(new Donation(donationId), worker, "")) {
            case Registered _ -> worker;
            case Taken(Pid other) -> {
                node.exit(worker, ExitReason.shutdown());
                yield other;
            }
        };
    }

    private static void work(String donationId) {
        while (true) {
            BigDecimal amount = Self.receive(Gift.class).amount();
            BigDecimal zakat = amount.multiply(new BigDecimal("0.025"));
            IO.println("Worker " + donationId + ": processed $" + amount + ", zakat $" + zakat);
        }
    }

    boolean sendToWorker(String donationId, BigDecimal amount) {
        Optional<Pid> worker = registry.lookup(new Donation(donationId));
        worker.ifPresent(pid -> node.send(pid, new Gift(amount)));
        return worker.isPresent();
    }
}
