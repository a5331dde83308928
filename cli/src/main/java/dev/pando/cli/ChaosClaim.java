package dev.pando.cli;

import dev.pando.cli.ChaosNamesSnapshot.Held;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// A process and the one key that it was made to hold, as its node knows it. The process itself writes down what it
/// is granted and told; from then on one worker at a time changes it.
final class ChaosClaim {

    final String key;
    final Pid pid;
    private final AtomicBoolean taken = new AtomicBoolean(true);
    private final List<Pid> winners = new CopyOnWriteArrayList<>();
    private volatile boolean granted;
    private volatile Optional<Token> token = Optional.empty();
    private volatile int value;
    private volatile Held.State state = Held.State.LASTS;

    /// One that is about to be made by its process, which has taken it.
    ChaosClaim(String key, Pid pid, int value) {
        this.key = key;
        this.pid = pid;
        this.value = value;
    }

    /// Whether the caller may change it until it leaves it.
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    void leave() {
        taken.set(false);
    }

    void granted(Optional<Token> by) {
        token = by;
        granted = true;
    }

    boolean isGranted() {
        return granted;
    }

    /// Whether nobody here has ended it; it may not have been granted yet.
    boolean lasts() {
        return state == Held.State.LASTS && winners.isEmpty();
    }

    int value() {
        return value;
    }

    void value(int now) {
        value = now;
    }

    void givenUp() {
        state = Held.State.GIVEN_UP;
    }

    /// To be noted before it is done.
    void killed() {
        state = Held.State.KILLED;
    }

    boolean isKilled() {
        return state == Held.State.KILLED;
    }

    void lostTo(Pid winner) {
        winners.add(winner);
    }

    boolean isTold() {
        return !winners.isEmpty();
    }

    /// What has become of it.
    ///
    /// @param alive whether the process lived before this was asked for
    Held held(boolean alive) {
        return new Held(key, pid, token, value, state, alive, winners);
    }
}
