package dev.pando.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Bare virtual threads: each has room for one message, parks while it is empty, and is unparked by who fills it.
/// There is no mailbox, no process table, no exit and no pid, so whatever this needs goes to the JDK's scheduler.
final class JdkSubject implements Subject {

    private record Token(long hopsLeft, CompletableFuture<Integer> end) {}

    /// A thread with room for one message.
    private static final class Place {
        private final int number;
        private final Thread thread = Thread.ofVirtual().unstarted(this::pass);
        private volatile @Nullable Token held;
        private volatile boolean closed;
        private @Nullable Place next;

        Place(int number) {
            this.number = number;
        }

        void put(Token token) {
            held = token;
            LockSupport.unpark(thread);
        }

        private void pass() {
            while (!closed) {
                Token token = held;
                if (token == null) {
                    LockSupport.park();
                } else {
                    held = null;
                    handOn(token);
                }
            }
        }

        private void handOn(Token token) {
            Place to = next;
            if (token.hopsLeft() == 0 || to == null) {
                token.end().complete(number);
            } else {
                to.put(new Token(token.hopsLeft() - 1, token.end()));
            }
        }
    }

    private final List<Place> places = new ArrayList<>();

    @Override
    public String about() {
        return "virtual threads of Java " + Runtime.version();
    }

    /// Two places; a round trip is two hops.
    @Override
    public Load pingPong() {
        Load ring = ring(2);
        return operations -> ring.run(2 * operations);
    }

    @Override
    public Load ring(int size) {
        List<Place> ring = new ArrayList<>();
        for (int number = 0; number < size; number++) {
            ring.add(new Place(number));
        }
        for (Place place : ring) {
            place.next = ring.get((place.number + 1) % size);
        }
        ring.forEach(place -> place.thread.start());
        places.addAll(ring);
        return operations -> {
            CompletableFuture<Integer> end = new CompletableFuture<>();
            ring.getFirst().put(new Token(operations, end));
            Waits.check("the token's place", operations % size, Waits.result(end));
        };
    }

    @Override
    public void close() {
        for (Place place : places) {
            place.closed = true;
            LockSupport.unpark(place.thread);
        }
    }
}
