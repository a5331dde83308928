package dev.pando.cli;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.testkit.SimulatedNodes;
import dev.pando.testkit.Simulation;
import dev.pando.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/// Faults that are hard on sessions, beside those that all suites have.
record SessionFaults(SimulatedNodes<?> nodes, SimulationSuite.Setting setting) {

    private static final int BLINK_MAX_MILLIS = 2_000;
    private static final int STALL_MAX_MILLIS = 2_000;
    private static final int LOSS_MAX_MILLIS = 300;
    private static final int REFUSED_MAX = 3;
    /// As much as may wait for a node, and a little more.
    private static final int LOAD_BYTES = 4 << 20;

    private static final Duration FAREWELL = Duration.ofMillis(100);

    private enum Kind {
        STALL,
        LOSE,
        REFUSE
    }

    /// Two nodes.
    private record Pair(String from, String to) {
        static Pair of(List<String> names, RandomGenerator chance) {
            int number = chance.nextInt(names.size());
            int other = number + 1 + chance.nextInt(names.size() - 1);
            return new Pair(names.get(number), names.get(other % names.size()));
        }

        NodeName other() {
            return NodeName.of(to);
        }
    }

    private Simulation simulation() {
        return nodes.simulation();
    }

    /// Has nodes lose others for a moment, which do not lose them, while much is on its way to them.
    void blink() {
        RandomGenerator chance = simulation().chance("blinks");
        for (int i = 0; i < setting.faults(); i++) {
            Pair pair = Pair.of(nodes.names(), chance);
            Duration way = Duration.ofMillis(chance.nextInt(BLINK_MAX_MILLIS));
            Duration time = Duration.ofMillis(chance.nextInt(BLINK_MAX_MILLIS));
            later(chance, () -> {
                simulation().slow(pair.to(), pair.from(), way);
                simulation().suspect(pair.from(), pair.to(), time);
            });
        }
    }

    /// Has engines throw, lose frames and take none for a while. In about every other run so much is sent
    /// meanwhile that senders have to wait.
    ///
    /// @param loaders where those are put that send so much
    void fail(List<Pid> loaders) {
        RandomGenerator chance = simulation().chance("engines");
        int fills = chance.nextInt(2 * setting.faults() + 1);
        for (int i = 0; i < setting.faults(); i++) {
            Pair pair = Pair.of(nodes.names(), chance);
            Duration loss = Duration.ofMillis(1 + chance.nextInt(LOSS_MAX_MILLIS));
            Duration stall = Duration.ofMillis(1 + chance.nextInt(STALL_MAX_MILLIS));
            int refused = 1 + chance.nextInt(REFUSED_MAX);
            boolean lost = chance.nextBoolean();
            Kind kind = Kind.values()[chance.nextInt(Kind.values().length)];
            if (i == fills) {
                later(chance, () -> fill(pair, stall, lost, loaders));
            } else {
                later(chance, () -> {
                    switch (kind) {
                        case STALL -> simulation().stall(pair.from(), pair.to(), stall);
                        case LOSE -> simulation().lose(pair.from(), pair.to(), loss);
                        case REFUSE -> simulation().refuse(pair.from(), pair.to(), refused);
                    }
                });
            }
        }
    }

    private void later(RandomGenerator chance, Runnable fault) {
        simulation().after(Duration.ofNanos(chance.nextLong(setting.window().toNanos())), fault);
    }

    /// Has all wait who send to a node, until it takes something again or is lost.
    private void fill(Pair pair, Duration stall, boolean lost, List<Pid> loaders) {
        simulation().stall(pair.from(), pair.to(), stall);
        if (!simulation().isDown(pair.from())) {
            loaders.add(nodes.member(pair.from()).node().spawn(() -> {
                // The engine holds up the first; then there is room for the other, and for nothing else.
                Self.cast(Talker.NAME.on(pair.other()), new Talker.Load(new byte[0]));
                Self.cast(Talker.NAME.on(pair.other()), new Talker.Load(new byte[LOAD_BYTES]));
            }));
        }
        if (lost) {
            Duration half = stall.dividedBy(2);
            simulation().after(half, () -> simulation().suspect(pair.from(), pair.to(), half));
        }
    }

    /// Has one node part from another, which may not hear of it.
    void part() {
        RandomGenerator chance = simulation().chance("partings");
        Pair pair = Pair.of(nodes.names(), chance);
        if (chance.nextBoolean()) {
            simulation().lose(pair.from(), pair.to(), FAREWELL);
        }
        TestCluster.Member<?> parts = nodes.member(pair.from());
        nodes.run(parts.node(), () -> parts.cluster().disconnect(pair.other()));
    }

    /// Has a node say one more word, at which its engine throws. Nothing comes after it that could show that it is
    /// missing.
    void refuseLastWord() {
        Pair pair = Pair.of(nodes.names(), simulation().chance("last words"));
        simulation().refuse(pair.from(), pair.to(), 1);
        nodes.member(pair.from()).node().cast(Talker.NAME, new Talker.Tell(pair.other()));
    }
}
