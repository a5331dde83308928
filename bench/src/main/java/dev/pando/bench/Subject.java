package dev.pando.bench;

/// A runtime that is measured, in the virtual machine that measures it.
interface Subject extends AutoCloseable {

    /// Its name and version.
    String about();

    Load call(int callers);

    Load cast();

    Load send();

    Load pingPong();

    Load ring(int size);

    Load spawn();

    Load skynet(int leaves);

    Population processes();

    Population servers();

    @Override
    void close();
}
