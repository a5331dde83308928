package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class MailboxTest {

    private record Numbered(int producer, int number) {}

    private final Mailbox mailbox = new Mailbox();
    private final Waker waker = new Waker();
    private final Node node = Node.start("alpha");

    /// Notes whom it was to wake.
    private static final class Waker implements Mailbox.Owner {

        final List<Object> woken = new ArrayList<>();

        @Override
        public void wake(Object sleeper) {
            woken.add(sleeper);
        }

        @Override
        public void grown(int length) {}
    }

    /// Wakes the thread that waits.
    private record Unparking() implements Mailbox.Owner {

        @Override
        public void wake(Object sleeper) {
            LockSupport.unpark((Thread) sleeper);
        }

        @Override
        public void grown(int length) {}
    }

    @AfterEach
    void close() {
        node.close();
    }

    @Test
    void itemsComeOutInOrder() {
        for (int i = 0; i < 100; i++) {
            mailbox.put(i, waker);
        }

        for (int i = 0; i < 100; i++) {
            assertThat(mailbox.poll(_ -> true)).isEqualTo(i);
        }
        assertThat(mailbox.poll(_ -> true)).isNull();
    }

    @Test
    void whatDoesNotFitKeepsItsPlace() {
        for (int i = 0; i < 10; i++) {
            mailbox.put(i, waker);
        }

        assertThat(mailbox.poll(item -> item.equals(7))).isEqualTo(7);
        assertThat(mailbox.poll(item -> item.equals(3))).isEqualTo(3);
        mailbox.put(10, waker);
        assertThat(mailbox.poll(item -> item.equals(99))).isNull();

        assertThat(drain()).containsExactly(0, 1, 2, 4, 5, 6, 8, 9, 10);
    }

    @Test
    void whatWasPassedOverIsNotNew() {
        mailbox.put("a", waker);
        assertThat(mailbox.hasNew()).isTrue();

        assertThat(mailbox.poll(item -> false)).isNull();

        assertThat(mailbox.hasNew()).isFalse();
        assertThat(mailbox.poll(_ -> true)).isEqualTo("a");
    }

    @Test
    void aProducerIsToldWhomToWake() {
        Thread consumer = Thread.currentThread();

        mailbox.put("nobody waits", waker);
        assertThat(mailbox.take()).isNotNull();
        assertThat(mailbox.take()).isNull();
        assertThat(mailbox.await(consumer)).isTrue();
        assertThat(waker.woken).isEmpty();
        assertThat(mailbox.put("somebody waits", waker)).isTrue();
        assertThat(waker.woken).containsExactly(consumer);
        assertThat(mailbox.put("nobody waits any more", waker)).isFalse();
        assertThat(waker.woken).hasSize(1);
    }

    @Test
    void nobodyWaitsWhoHasSomethingNew() {
        mailbox.put("new", waker);

        assertThat(mailbox.await(Thread.currentThread())).isFalse();
        assertThat(mailbox.put("more", waker)).isFalse();
        assertThat(waker.woken).isEmpty();
    }

    @Test
    void whoWasWokenForNothingWaitsAgain() {
        Thread consumer = Thread.currentThread();

        for (int i = 0; i < 3; i++) {
            assertThat(mailbox.take()).isNull();
            assertThat(mailbox.await(consumer)).isTrue();
            assertThat(mailbox.withdraw(consumer)).isTrue();
        }
        assertThat(mailbox.put("nobody waits", waker)).isFalse();
        assertThat(mailbox.take()).isEqualTo("nobody waits");
        assertThat(mailbox.length()).isZero();
    }

    @Test
    void aWaitLeavesWhatWasPassedOverWhereItIs() {
        mailbox.put("a", waker);
        assertThat(mailbox.poll(_ -> false)).isNull();
        assertThat(mailbox.await(Thread.currentThread())).isTrue();
        mailbox.put("b", waker);

        assertThat(mailbox.length()).isEqualTo(2);
        assertThat(mailbox.pollNew("b"::equals)).isEqualTo("b");
        assertThat(mailbox.poll("a"::equals)).isEqualTo("a");
        assertThat(mailbox.length()).isZero();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefused() {
        assertThatThrownBy(() -> mailbox.put(null, waker)).isInstanceOf(NullPointerException.class);
        assertThat(mailbox.hasNew()).isFalse();
    }

    @RepeatedTest(5)
    void manyProducersLoseNothingAndStayInOrderEach() {
        int producers = 8;
        int each = Race.rounds(20_000);
        CompletableFuture<int[]> received = new CompletableFuture<>();
        Thread consumer =
                Thread.ofPlatform().daemon().start(() -> received.complete(consume(producers * each, producers)));
        for (int producer = 0; producer < producers; producer++) {
            int me = producer;
            Thread.ofVirtual().start(() -> {
                for (int number = 0; number < each; number++) {
                    mailbox.put(new Numbered(me, number), new Unparking());
                }
            });
        }

        assertThat(Steps.get(received, "consumer")).containsOnly(each).hasSize(producers);
        Steps.join(consumer);
        assertThat(mailbox.poll(_ -> true)).isNull();
    }

    /// Takes so many items and counts them by producer; `-1` for one out of order.
    private int[] consume(int count, int producers) {
        int[] next = new int[producers];
        for (int i = 0; i < count; i++) {
            Numbered item = (Numbered) take();
            if (item.number() != next[item.producer()]++) {
                return new int[] {-1};
            }
        }
        return next;
    }

    private Object take() {
        while (true) {
            Object item = mailbox.poll(_ -> true);
            if (item != null) {
                return item;
            }
            if (mailbox.await(Thread.currentThread())) {
                LockSupport.park();
            }
            mailbox.awake();
        }
    }

    @Test
    void noWakeUpIsLostBetweenTwoProcesses() {
        int rounds = 30_000;

        Steps.run(node, () -> {
            Pid self = Self.pid();
            Pid other = Self.spawnLink(() -> {
                while (true) {
                    Self.send(self, Self.receive(Integer.class) + 1);
                }
            });
            for (int i = 0; i < rounds; i++) {
                Self.send(other, i);
                assertThat(Steps.next(Integer.class)).isEqualTo(i + 1);
            }
            Self.unlink(other);
            Self.exit(other, ExitReason.shutdown());
        });
    }

    @Test
    void noWakeUpIsLostAmongManySenders() {
        int senders = 100;
        int each = 200;

        Steps.run(node, () -> {
            Pid self = Self.pid();
            for (int sender = 0; sender < senders; sender++) {
                int me = sender;
                Self.spawn(() -> {
                    for (int number = 0; number < each; number++) {
                        Self.send(self, new Numbered(me, number));
                        // Lets the receiver run dry now and then.
                        Self.receive(String.class, Duration.ZERO);
                    }
                });
            }

            int[] next = new int[senders];
            for (int i = 0; i < senders * each; i++) {
                Numbered message = Steps.next(Numbered.class);
                assertThat(message.number()).isEqualTo(next[message.producer()]++);
            }
        });
    }

    @Test
    void aSelectiveReceiveFindsItsMessageAmongManyOthers() {
        int noise = 5_000;

        Steps.run(node, () -> {
            Pid self = Self.pid();
            Pid answering = Self.spawn(() -> {
                for (int i = 0; i < noise; i++) {
                    Self.send(self, new Numbered(0, i));
                    if (i % 10 == 0) {
                        Self.send(self, "answer " + i);
                    }
                }
            });
            for (int i = 0; i < noise; i += 10) {
                assertThat(Steps.next(String.class)).isEqualTo("answer " + i);
            }
            Steps.end(answering);
            for (int i = 0; i < noise; i++) {
                assertThat(Steps.next(Object.class)).isEqualTo(new Numbered(0, i));
            }
        });
    }

    private List<Object> drain() {
        List<Object> all = new ArrayList<>();
        for (@Nullable Object item = mailbox.poll(_ -> true); item != null; item = mailbox.poll(_ -> true)) {
            all.add(item);
        }
        return all;
    }
}
