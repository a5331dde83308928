package dev.pando.testkit;

/// Real nodes were asked for something that only a simulation can do.
final class OnlySimulated extends UnsupportedOperationException {

    private static final long serialVersionUID = 1;

    OnlySimulated() {
        super("only a simulation can do this, not real nodes: run it with " + TestEngine.SIMULATOR.property());
    }
}
