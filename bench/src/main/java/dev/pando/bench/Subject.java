package dev.pando.bench;

/// A runtime that is measured, in the virtual machine that measures it.
///
/// One that lacks some of the work leaves those methods as they are, and is not asked for it: see [Contender].
interface Subject extends AutoCloseable {

    /// Its name and version.
    String about();

    default Load call(int callers) {
        throw new UnsupportedOperationException(about() + " has no call");
    }

    default Load cast() {
        throw new UnsupportedOperationException(about() + " has no cast");
    }

    default Load send() {
        throw new UnsupportedOperationException(about() + " has no send");
    }

    default Load pingPong() {
        throw new UnsupportedOperationException(about() + " has no pingPong");
    }

    default Load ring(int size) {
        throw new UnsupportedOperationException(about() + " has no ring");
    }

    default Load spawn() {
        throw new UnsupportedOperationException(about() + " has no spawn");
    }

    default Load skynet(int leaves) {
        throw new UnsupportedOperationException(about() + " has no skynet");
    }

    default Population processes() {
        throw new UnsupportedOperationException(about() + " has no processes");
    }

    default Population servers() {
        throw new UnsupportedOperationException(about() + " has no servers");
    }

    @Override
    void close();
}
