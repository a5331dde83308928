package dev.pando.core;

import static dev.pando.core.Step.noReply;
import static dev.pando.core.Step.reply;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a server does of itself: continue before anything else, and notice that nothing comes.
final class GenServerContinueTest {

    private final Node node = Node.start("alpha");

    @AfterEach
    void close() {
        node.close();
    }

    /// Writes down what it handles.
    record Diary(CountDownLatch idle) implements GenServer<Diary.Message, List<String>> {

        sealed interface Message {}

        record Note(String text) implements Message, Cast {}

        /// Written down, and followed by more.
        record Chapter(String text) implements Message, Call<Boolean> {}

        record Nap(Duration time) implements Message, Cast {}

        record Read() implements Message, Call<List<String>> {}

        @Override
        public List<String> init() {
            Self.continueWith(new Note("continued init"));
            return List.of();
        }

        @Override
        public Step<List<String>> handle(Message message, List<String> state) {
            return switch (message) {
                case Note(String text) -> noReply(with(state, text));
                case Chapter chapter -> {
                    Self.continueWith(new Note("continued " + chapter.text()));
                    yield reply(chapter, true, with(state, chapter.text()));
                }
                case Nap(Duration time) -> {
                    Self.idleAfter(time);
                    yield noReply(state);
                }
                case Read read -> reply(read, state, state);
            };
        }

        @Override
        public Step<List<String>> handleInfo(Signal signal, List<String> state) {
            idle.countDown();
            return noReply(with(state, signal.toString()));
        }

        private static List<String> with(List<String> state, String text) {
            List<String> next = new ArrayList<>(state);
            next.add(text);
            return List.copyOf(next);
        }
    }

    @Test
    void whatInitContinuesWithComesBeforeAnyMessage() {
        Pid diary = node.start(new Diary(new CountDownLatch(1)));
        node.cast(diary, new Diary.Note("first"));

        assertThat(node.call(diary, new Diary.Read())).containsExactly("continued init", "first");
    }

    @Test
    void aContinuationComesBeforeWhatAlreadyWaits() {
        Pliable pliable = new Pliable();
        Pid server = node.start(pliable);
        BlockingQueue<String> order = new LinkedBlockingQueue<>();

        node.cast(server, new Pliable.Tell((_, state) -> {
            Self.cast(Self.pid(), noted(order, "waits"));
            Self.continueWith(noted(order, "replaced"));
            Self.continueWith(noted(order, "continues"));
            return noReply(state);
        }));

        assertThat(Steps.poll(order)).isEqualTo("continues");
        assertThat(Steps.poll(order)).isEqualTo("waits");
        assertThat(node.call(server, Pliable.Ask.forState())).isEqualTo(0);
        assertThat(order).isEmpty();
    }

    private static Pliable.Tell noted(BlockingQueue<String> order, String text) {
        return new Pliable.Tell((_, state) -> {
            order.add(text);
            return noReply(state);
        });
    }

    @Test
    void idlenessCountsFromInitToo() {
        CountDownLatch idle = new CountDownLatch(1);

        node.start(new Napping(idle));

        Steps.await(idle);
    }

    /// Is idle from the start.
    record Napping(CountDownLatch idle) implements GenServer<Cast, Integer> {
        @Override
        public Integer init() {
            Self.idleAfter(Duration.ofMillis(10));
            return 0;
        }

        @Override
        public Step<Integer> handle(Cast message, Integer state) {
            return noReply(state);
        }

        @Override
        public Step<Integer> handleInfo(Signal signal, Integer state) {
            assertThat(signal).isEqualTo(new Idle());
            idle.countDown();
            return noReply(state);
        }
    }

    @Test
    void whatACallContinuesWithComesBeforeWhatWaits() {
        Pid diary = node.start(new Diary(new CountDownLatch(1)));

        List<String> written = Steps.get(node, () -> {
            // The second message is in the mailbox before the first one has been handled, or right after.
            Self.node().cast(diary, new Diary.Note("one"));
            Task<Boolean> chapter = Task.async(() -> Self.call(diary, new Diary.Chapter("chapter")));
            chapter.await();
            Self.cast(diary, new Diary.Note("two"));
            return Self.call(diary, new Diary.Read());
        });

        assertThat(written).containsExactly("continued init", "one", "chapter", "continued chapter", "two");
    }

    @Test
    void anIdleServerIsToldOnce() {
        CountDownLatch idle = new CountDownLatch(1);
        Pid diary = node.start(new Diary(idle));

        node.cast(diary, new Diary.Nap(Duration.ofMillis(10)));

        Steps.await(idle);
        assertThat(node.call(diary, new Diary.Read())).containsExactly("continued init", "Idle[]");
    }

    @Test
    void anyMessageCancelsIdleness() {
        CountDownLatch idle = new CountDownLatch(1);
        Pid diary = node.start(new Diary(idle));

        node.cast(diary, new Diary.Nap(Duration.ofSeconds(30)));
        node.cast(diary, new Diary.Note("busy"));

        assertThat(node.call(diary, new Diary.Read())).containsExactly("continued init", "busy");
        assertThat(idle.getCount()).isEqualTo(1);
    }
}
