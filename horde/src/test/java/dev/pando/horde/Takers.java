package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Callers that have [Till]s take amounts, each of them once, until they are told that it is over.
final class Takers {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int STRIDE = 187;

    private final List<String> ids;
    private final Node books;
    private final AtomicInteger amounts = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Callers<Integer> callers = new Callers<>();

    /// @param count how many there are; they take turns at the supervisors
    /// @param books the node with the book
    Takers(int count, List<DistributedSupervisor> supervisors, List<String> ids, Node books) {
        this.ids = ids;
        this.books = books;
        for (int i = 0; i < count; i++) {
            int first = i * STRIDE;
            Router<String> router = router(supervisors.get(i % supervisors.size()));
            callers.add(() -> take(router, first));
        }
        callers.go();
    }

    private Router<String> router(DistributedSupervisor supervisor) {
        return Router.byKey(supervisor, (String id) -> Till.spec(id, books.name()));
    }

    private int take(Router<String> router, int first) {
        int taken = 0;
        for (; !over.get(); taken++) {
            router.call(ids.get((first + taken) % ids.size()), new Till.Take(amounts.incrementAndGet()), LIMIT);
        }
        return taken;
    }

    /// Returns once so many more have been begun.
    void awaitMore(int more) {
        int now = amounts.get();
        Eventually.holds(LIMIT, () -> assertThat(amounts).hasValueGreaterThan(now + more));
    }

    /// Ends the calls. None may have failed, and each amount is to be in the book, and in the state
    /// of a till, once.
    void requireAllOnce(DistributedSupervisor supervisor) {
        over.set(true);
        int taken = callers.results().stream().mapToInt(Integer::intValue).sum();
        List<Integer> entered = books.call(Till.BOOK, new Till.Book.Read()).all();
        assertThat(entered).hasSize(taken).doesNotHaveDuplicates();
        List<Integer> held = new ArrayList<>();
        Router<String> router = router(supervisor);
        ids.forEach(id -> held.addAll(router.call(id, new Till.Take(0), LIMIT).all()));
        assertThat(held).hasSize(taken).doesNotHaveDuplicates();
    }
}
