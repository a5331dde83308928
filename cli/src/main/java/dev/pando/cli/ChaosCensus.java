package dev.pando.cli;

import dev.pando.core.Exit;
import dev.pando.core.ExitReason;
import dev.pando.core.Pid;
import dev.pando.core.Self;
import dev.pando.core.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// All births and ends of children on a node in a namespace, as their processes write them down.
final class ChaosCensus {

    /// How long a process that was told of a conflict lives, to hear whether it is told again.
    private static final Duration HEARS_AGAIN = Duration.ofSeconds(1);
    private static final int PLANT_EVERY = 10;

    private final ChaosPlant plant;
    private final Map<Pid, ChaosLife> lives = new ConcurrentHashMap<>();
    private final List<String> faults = new ArrayList<>();
    private final AtomicInteger planted = new AtomicInteger();
    private final AtomicInteger turn = new AtomicInteger();

    ChaosCensus(ChaosPlant plant) {
        this.plant = plant;
    }

    private synchronized void fault(String what) {
        faults.add(what);
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    Collection<ChaosLife> lives() {
        return lives.values();
    }

    /// Forgets some processes, and all that they should not have been told.
    synchronized void forget(Collection<Pid> some) {
        lives.keySet().removeAll(some);
        faults.clear();
    }

    ChaosLife born(String id, Pid pid, Token token) {
        ChaosLife life = new ChaosLife(id, pid, token);
        lives.put(pid, life);
        return life;
    }

    /// Changes when children are to begin anew, which they never are but for a planted fault.
    int turn() {
        return turn.get();
    }

    /// A node has come back.
    void nodeUp() {
        if (plant == ChaosPlant.RESET_STATE) {
            turn.incrementAndGet();
        }
    }

    /// Writes an end down, on the process that ends.
    void ended(ChaosLife life, ExitReason reason) {
        told(life, reason);
        if (reason instanceof ExitReason.NameConflict) {
            if (plant == ChaosPlant.TELL_TWICE) {
                Self.exit(life.pid, reason);
            }
            Optional<Exit> again = Self.receive(Exit.class, HEARS_AGAIN);
            while (again.isPresent()) {
                told(life, again.get().reason());
                again = Self.receive(Exit.class, HEARS_AGAIN);
            }
        }
        life.over();
    }

    private void told(ChaosLife life, ExitReason reason) {
        switch (reason) {
            case ExitReason.NameConflict conflict
            when life.id.equals(conflict.key().value()) -> {
                life.lostTo(conflict.winner());
                goOn(ChaosPlant.KEEP_LOSER, life);
            }
            case ExitReason.Shutdown _ -> {
                life.stopped();
                goOn(ChaosPlant.OUTLIVE_END, life);
            }
            default -> fault(life.pid + ", child " + life.id + ", was told " + reason);
        }
    }

    /// The planted fault: another process goes on in its place, which no supervisor knows.
    private void goOn(ChaosPlant what, ChaosLife life) {
        if (plant == what && planted.getAndIncrement() % PLANT_EVERY == 0) {
            Self.spawn(() -> {
                born(life.id, Self.pid(), life.token());
                Self.receive(Exit.class);
            });
        }
    }
}
