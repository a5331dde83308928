package dev.pando.bench;

import java.util.function.LongConsumer;

/// A runtime on two nodes, on the one that measures. The work comes to the other.
///
/// One that lacks some of it leaves those methods as they are, and is not asked for it: see [Contender].
interface RemoteSubject extends AutoCloseable {

    /// Its name and version.
    String about();

    /// Requests, each of them answered.
    ///
    /// @param took is told of each call of each caller how many nanoseconds it took
    Load call(int callers, LongConsumer took);

    /// Messages in one direction.
    ///
    /// @param bytes in each message
    Stream stream(int senders, int bytes);

    /// So many processes join a group each, until the other node has seen all.
    default Load groups(int joins) {
        throw new UnsupportedOperationException(about() + " has no groups");
    }

    /// So many processes join one group, until the other node has seen all.
    default Load group(int joins) {
        throw new UnsupportedOperationException(about() + " has no groups");
    }

    @Override
    void close();

    /// Messages that nobody answers.
    @FunctionalInterface
    interface Stream {

        /// Sends so many and waits until none is on its way.
        ///
        /// @return how many have arrived
        /// @throws IllegalStateException when a runtime that promises all has lost some
        long run(long messages) throws Exception;
    }
}
