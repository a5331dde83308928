package dev.pando.bench;

import dev.pando.core.ChildSpec;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Strategy;
import dev.pando.core.Supervisor;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;

/// A registry or a supervisor of a node, and after it the next one: what is filled has never held anything.
final class PandoGenerations<S> {

    private final Node node;
    private final IntFunction<S> make;
    private final Function<S, ChildSpec> childSpec;
    private volatile S current;
    private Optional<Pid> tree = Optional.empty();

    /// With one of them, which has to be started. To be made before the node joins, so that it understands at
    /// once what the other nodes' say.
    ///
    /// @param first the same number on all nodes
    /// @param make gives each generation a name of its own
    PandoGenerations(Node node, int first, IntFunction<S> make, Function<S, ChildSpec> childSpec) {
        this.node = node;
        this.make = make;
        this.childSpec = childSpec;
        this.current = make.apply(first);
    }

    S current() {
        return current;
    }

    synchronized void start() {
        tree = Optional.of(node.start(Supervisor.of(Strategy.ONE_FOR_ONE, childSpec.apply(current))));
    }

    /// Puts a new one in the place of the last.
    synchronized void renew(int generation) {
        tree.ifPresent(last -> node.stop(last, Waits.LIMIT));
        current = make.apply(generation);
        start();
    }
}
