package dev.pando.bench;

import java.util.List;

/// A registry on several nodes, on the one that measures.
///
/// One that lacks some of the work leaves those methods as they are, and is not asked for it: see [Contender].
interface NamesSubject extends AutoCloseable {

    /// Its name and version.
    String about();

    /// How many names it can be asked to register without waiting for minutes.
    int namesMax();

    /// One caller of this node registers names, one after the other, each when the one before is held; then all
    /// nodes are waited for. Starts from no name.
    ///
    /// @param marks rising counts of names, the last of which is how many there will be
    /// @throws IllegalStateException when the outcome is wrong
    Laps fill(List<Integer> marks) throws Exception;

    /// Clears away what a fill has left, on all nodes.
    void clear() throws Exception;

    /// One thread of this node looks up the names of a process of another node.
    default Load lookUpFar(int names) throws Exception {
        throw new UnsupportedOperationException(about() + " has no lookup");
    }

    /// One thread of this node looks up the names of a process of this node.
    default Load lookUpNear(int names) throws Exception {
        throw new UnsupportedOperationException(about() + " has no lookup");
    }

    /// The used heap, after a collection, of a node that holds no name of its own.
    default long heapFar() throws Exception {
        throw new UnsupportedOperationException(about() + " cannot be weighed");
    }

    /// A node comes and goes so many times; the first time it is a virtual machine that has done nothing before.
    ///
    /// @return how many nanoseconds passed each time from its session with this node until it knew all names
    default List<Long> join(int names, int times) throws Exception {
        throw new UnsupportedOperationException(about() + " has no join");
    }

    /// Processes of this node claim one key at once, again and again.
    ///
    /// @return in how many rounds one process was granted the key, and all others were told so
    default int contend(int processes, int rounds) throws Exception {
        throw new UnsupportedOperationException(about() + " has no contend");
    }

    /// A process of each node claims one key at once with those of the others, again and again.
    ///
    /// @return in how many rounds more than one of them was granted the key at first
    /// @throws IllegalStateException when it has not become one living holder in each round, the same on all nodes
    default int contendOnNodes(int rounds) throws Exception {
        throw new UnsupportedOperationException(about() + " has no contend");
    }

    @Override
    void close();
}
