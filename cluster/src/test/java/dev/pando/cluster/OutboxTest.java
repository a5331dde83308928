package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutboxTest {

    private static final SessionFrame HELLO = new SessionFrame.Hello(1, 1, "a@host", 1, false, Map.of());
    private static final SessionFrame ACK = new SessionFrame.Ack(2, 1, "a@host", 1, Map.of());
    private static final int SIGNALS_MAX = 4096;
    private static final int FRAME_BYTES = SignalBlock.BYTES_MAX;
    private static final int BYTES_MAX = 4 << 20;
    private static final long SESSION_NANOS = 20_000;

    private final Queue<Thread> parked = new ConcurrentLinkedQueue<>();
    private final HookedScheduler scheduler = HookedScheduler.jvm().parking(parked::add);
    private final Outbox outbox = new Outbox(scheduler);
    /// The last one that began.
    private Outbox.Session session = new Outbox(scheduler).begin(0, 0);

    /// What became of something done on a thread of its own: a value, or the exception.
    private record Attempt(Thread thread, BlockingQueue<Object> outcome) {
        static Attempt start(Supplier<Object> body) {
            BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
            return new Attempt(Thread.ofVirtual().start(() -> outcome.add(outcomeOf(body))), outcome);
        }

        static Object outcomeOf(Supplier<Object> body) {
            try {
                return body.get();
            } catch (ExitException e) {
                return e;
            }
        }

        Object await() throws InterruptedException {
            return Waits.next(outcome);
        }
    }

    @AfterEach
    void close() {
        outbox.close();
        scheduler.close();
    }

    private static byte[] signal(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private static int number(byte[] signal) {
        return ByteBuffer.wrap(signal).getInt();
    }

    private void begin(long mine, long theirs) {
        session = outbox.begin(mine, theirs);
    }

    private boolean add(byte[] signal, boolean patient) {
        return outbox.add(session, signal, patient);
    }

    private SessionFrame.Data takeData() {
        return (SessionFrame.Data) outbox.take().orElseThrow();
    }

    /// Polled: a queue that blocks could park the thread that reports itself.
    private Thread nextParked() {
        Waits.until("somebody waits", () -> !parked.isEmpty());
        return parked.remove();
    }

    private void fill() {
        IntStream.range(0, SIGNALS_MAX)
                .forEach(i -> assertThat(add(signal(i), true)).isTrue());
    }

    /// A sender that has found the outbox full, and waits.
    private Attempt blockedSender() throws InterruptedException {
        Attempt sender = Attempt.start(() -> add(signal(-1), true));
        assertThat(nextParked()).isEqualTo(sender.thread());
        return sender;
    }

    // ---- what is sent, and in which order

    @Test
    void withoutASessionNoSignalIsTaken() {
        assertThat(add(signal(1), true)).isFalse();
        assertThat(add(signal(1), false)).isFalse();

        begin(1, 2);
        outbox.end();

        assertThat(add(signal(1), false)).isFalse();
    }

    @Test
    void controlFramesGoFirst() {
        begin(1, 2);
        add(signal(1), true);
        outbox.add(HELLO);
        outbox.add(ACK);

        assertThat(outbox.take()).contains(HELLO);
        assertThat(outbox.take()).contains(ACK);
        assertThat(Signals.of(takeData())).hasSize(1);
    }

    @Test
    void aControlFrameThatStillWaitsIsNotQueuedAgain() {
        for (int i = 0; i < 100; i++) {
            outbox.add(HELLO);
            outbox.add(ACK);
        }
        begin(1, 2);
        add(signal(1), true);

        assertThat(outbox.take()).contains(HELLO);
        assertThat(outbox.take()).contains(ACK);
        assertThat(outbox.take().orElseThrow()).isInstanceOf(SessionFrame.Data.class);
    }

    @Test
    void signalsThatWaitArePackedTogetherInOrder() {
        begin(1, 2);
        IntStream.range(0, 100).forEach(i -> add(signal(i), true));

        SessionFrame.Data frame = takeData();

        assertThat(Signals.of(frame).stream().map(OutboxTest::number))
                .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void theFramesOfASessionAreNumberedFromOne() {
        begin(1, 2);
        add(signal(7), true);
        SessionFrame.Data first = takeData();
        add(signal(8), true);
        SessionFrame.Data second = takeData();
        outbox.end();
        begin(3, 4);
        add(signal(9), true);
        SessionFrame.Data other = takeData();

        assertThat(List.of(first.sequence(), second.sequence(), other.sequence()))
                .containsExactly(1L, 2L, 1L);
        assertThat(List.of(first.mine(), first.yours(), other.mine(), other.yours()))
                .containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aSignalLargerThanAFrameGoesAlone() {
        begin(1, 2);
        add(signal(1), true);
        add(new byte[FRAME_BYTES + 1], true);
        add(signal(2), true);

        assertThat(Signals.of(takeData())).hasSize(1);
        assertThat(Signals.of(takeData()))
                .singleElement()
                .satisfies(signal -> assertThat(signal).hasSize(FRAME_BYTES + 1));
        assertThat(Signals.of(takeData())).hasSize(1);
    }

    @Test
    void aFrameIsFilledNoFurtherThanItsBound() {
        begin(1, 2);
        IntStream.range(0, 49).forEach(_ -> add(new byte[1000 - Integer.BYTES], true));

        assertThat(Signals.of(takeData())).hasSize(48);
        assertThat(Signals.of(takeData())).hasSize(1);
    }

    @Test
    void signalsOfAnEndedSessionAreNeverSent() {
        begin(1, 2);
        add(signal(1), true);
        add(signal(2), false);
        outbox.end();
        outbox.add(HELLO);
        begin(3, 4);
        add(signal(3), true);

        assertThat(outbox.take()).contains(HELLO);
        SessionFrame.Data frame = takeData();
        assertThat(frame.mine()).isEqualTo(3);
        assertThat(Signals.of(frame).stream().map(OutboxTest::number)).containsExactly(3);
    }

    // ---- the bound

    @Test
    void aFullOutboxHoldsAPatientSenderUntilItDrains() throws InterruptedException {
        begin(1, 2);
        fill();
        Attempt sender = blockedSender();

        takeData();

        assertThat(sender.await()).isEqualTo(true);
    }

    @Test
    void anImpatientSenderPassesTheBound() {
        begin(1, 2);
        fill();

        assertThat(add(signal(-1), false)).isTrue();
    }

    @Test
    void theBoundCountsBytesToo() throws InterruptedException {
        begin(1, 2);
        IntStream.range(0, 4).forEach(_ -> add(new byte[BYTES_MAX / 4], true));
        Attempt sender = blockedSender();

        // There has to be more than one place: half of all.
        takeData();
        takeData();

        assertThat(sender.await()).isEqualTo(true);
    }

    @Test
    void aSignalLargerThanTheBoundIsTakenByAnEmptyOutbox() {
        begin(1, 2);

        assertThat(add(new byte[BYTES_MAX + 1], true)).isTrue();
    }

    @Test
    void aSignalLargerThanTheBoundIsNotOvertakenForEver() throws InterruptedException {
        int large = BYTES_MAX + 1;
        begin(1, 2);
        IntStream.range(0, 4).forEach(_ -> add(new byte[BYTES_MAX / 4], true));
        Attempt blocked = Attempt.start(() -> add(new byte[large], true));
        assertThat(nextParked()).isEqualTo(blocked.thread());
        Attempt eager = Attempt.start(() -> {
            while (add(new byte[BYTES_MAX / 4], true)) {
                // and once more
            }
            return true;
        });
        assertThat(nextParked()).isEqualTo(eager.thread());

        List<Integer> taken = IntStream.range(0, 5)
                .map(_ -> Signals.of(takeData()).getFirst().length)
                .boxed()
                .toList();

        assertThat(taken).last().isEqualTo(large);
        assertThat(blocked.await()).isEqualTo(true);
        outbox.end();
        assertThat(eager.await()).isEqualTo(true);
    }

    @Test
    void sendersThatWaitAreServedInTheOrderInWhichTheyCame() throws InterruptedException {
        begin(1, 2);
        fill();
        for (int i = 0; i < 20; i++) {
            int number = -i;
            Attempt sender = Attempt.start(() -> add(signal(number), true));
            assertThat(nextParked()).isEqualTo(sender.thread());
        }

        takeData();

        assertThat(Signals.of(takeData()).stream().map(OutboxTest::number))
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).map(i -> -i).boxed().toList());
    }

    @Test
    void theEndOfTheSessionReleasesABlockedSender() throws InterruptedException {
        begin(1, 2);
        fill();
        Attempt sender = blockedSender();

        outbox.end();

        assertThat(sender.await()).isEqualTo(false);
    }

    @Test
    void whatWaitedInOneSessionIsNotSentInTheNext() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            begin(1, 2);
            fill();
            Attempt sender = blockedSender();

            outbox.end();
            begin(3, 4);

            assertThat(sender.await()).isEqualTo(false);
            outbox.end();
        }
    }

    @Test
    void closingReleasesBlockedSendersAndTheTaker() throws InterruptedException {
        begin(1, 2);
        fill();
        Attempt sender = blockedSender();
        outbox.close();
        assertThat(sender.await()).isEqualTo(false);

        assertThat(outbox.take()).isEmpty();
        assertThat(add(signal(1), true)).isFalse();
    }

    @Test
    void aTakerWaitsForWhatComes() throws InterruptedException {
        Attempt taker = Attempt.start(outbox::take);
        nextParked();
        outbox.add(HELLO);
        assertThat(taker.await()).isEqualTo(Optional.of(HELLO));

        Attempt closed = Attempt.start(outbox::take);
        nextParked();
        outbox.close();
        assertThat(closed.await()).isEqualTo(Optional.empty());
    }

    // ---- senders that are told to exit

    @Test
    void aBlockedProcessThatIsToldToExitLeaves() throws InterruptedException {
        assertThat(outcomeOfExit(ExitReason.shutdown())).isEqualTo(ExitReason.shutdown());
    }

    @Test
    void aBlockedProcessThatIsKilledLeaves() throws InterruptedException {
        assertThat(outcomeOfExit(ExitReason.killed())).isEqualTo(ExitReason.killed());
    }

    private ExitReason outcomeOfExit(ExitReason reason) throws InterruptedException {
        BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        begin(1, 2);
        fill();
        try (Node node = Node.start("a")) {
            Pid sender = node.spawn(() -> outcome.add(Attempt.outcomeOf(() -> add(signal(-1), true))));
            nextParked();

            node.exit(sender, reason);

            return ((ExitException) Waits.next(outcome)).reason();
        }
    }

    @Test
    void aProcessThatHasLeftIsNotInTheWayOfOthers() throws InterruptedException {
        outcomeOfExit(ExitReason.shutdown());
        assertThat(sendersWaiting()).isZero();
        Attempt sender = blockedSender();
        assertThat(sendersWaiting()).isOne();

        takeData();

        assertThat(sender.await()).isEqualTo(true);
        assertThat(Signals.of(takeData()).getLast()).isEqualTo(signal(-1));
    }

    private int sendersWaiting() {
        return outbox.info(NodeName.of("b"), 1, Collections.emptySortedMap(), 0, 0)
                .sendersWaiting();
    }

    @Test
    void anInterruptOutsideOfAProcessEndsTheWait() throws InterruptedException {
        begin(1, 2);
        fill();
        Attempt sender = blockedSender();

        sender.thread().interrupt();

        assertThat(sender.await())
                .isInstanceOfSatisfying(
                        ExitException.class, e -> assertThat(e.reason()).isEqualTo(ExitReason.killed()));
    }

    // ---- many senders

    @Test
    void ofManySendersNothingIsLostAndEachKeepsItsOrder() throws InterruptedException {
        int senders = 8;
        int each = 20_000;
        begin(1, 2);
        List<Attempt> attempts = IntStream.range(0, senders)
                .mapToObj(sender -> Attempt.start(() -> {
                    for (int i = 0; i < each; i++) {
                        add(ByteBuffer.allocate(8).putInt(sender).putInt(i).array(), i % 7 != 0);
                    }
                    return true;
                }))
                .toList();

        int[] next = new int[senders];
        long sequence = 0;
        int taken = 0;
        while (taken < senders * each) {
            SessionFrame.Data frame = takeData();
            assertThat(frame.sequence()).isEqualTo(++sequence);
            for (byte[] signal : Signals.of(frame)) {
                ByteBuffer fields = ByteBuffer.wrap(signal);
                int sender = fields.getInt();
                assertThat(fields.getInt()).as("next of sender %d", sender).isEqualTo(next[sender]++);
                taken++;
            }
        }

        for (Attempt attempt : attempts) {
            assertThat(attempt.await()).isEqualTo(true);
        }
    }

    @Test
    void sendersThatWaitWhileSessionsComeAndGoAlwaysGetAnAnswer() throws InterruptedException {
        int each = 3000;
        List<Attempt> attempts = IntStream.range(0, 4)
                .mapToObj(_ -> Attempt.start(() -> {
                    int accepted = 0;
                    for (int i = 0; i < each; i++) {
                        accepted += add(new byte[2000], true) ? 1 : 0;
                    }
                    return accepted;
                }))
                .toList();
        Thread taker = Thread.ofVirtual().start(() -> {
            Optional<SessionFrame> taken;
            do {
                taken = outbox.take();
            } while (taken.isPresent());
        });

        List<Thread> senders = attempts.stream().map(Attempt::thread).toList();
        for (int session = 1; senders.stream().anyMatch(Thread::isAlive); session++) {
            begin(session, session);
            LockSupport.parkNanos(SESSION_NANOS);
            outbox.end();
        }
        List<Object> accepted = new ArrayList<>();
        for (Attempt attempt : attempts) {
            accepted.add(attempt.await());
        }
        outbox.close();

        assertThat(accepted).allSatisfy(count -> assertThat((Integer) count).isBetween(0, each));
        Waits.end(taker);
    }
}
