package dev.pando.cli;

import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// One process of a child, as its node knows it. The process itself writes down what it is told.
final class ChaosLife {

    final String id;
    final Pid pid;
    private final Token token;
    private final List<Pid> winners = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;
    /// It has heard all that it will.
    private volatile boolean over;

    ChaosLife(String id, Pid pid, Token token) {
        this.id = id;
        this.pid = pid;
        this.token = token;
    }

    Token token() {
        return token;
    }

    void lostTo(Pid winner) {
        winners.add(winner);
    }

    void stopped() {
        stopped = true;
    }

    void over() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /// Whether nobody has told it to end.
    boolean lasts() {
        return winners.isEmpty() && !stopped;
    }

    /// What has become of it.
    ///
    /// @param alive whether the process lived before this was asked for
    /// @param count its state, when it told it
    Life told(boolean alive, Optional<Long> count) {
        return new Life(id, pid, token, alive, over, count, winners, stopped);
    }
}
