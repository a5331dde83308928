package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Random sequences of what a process does with its mailbox, against a list that does the same.
final class MailboxModelTest {

    private static final int SEQUENCES = 3000;
    private static final int STEPS = 60;
    private static final int KINDS = 4;

    private record Item(int number, int kind) {}

    /// What a mailbox is to its process: a list, of which some is known not to fit what is being looked for.
    private static final class Model {
        final List<Item> items = new ArrayList<>();
        /// How many at the front the last search has passed over.
        int seen;

        @Nullable
        Item take() {
            seen = 0;
            return items.isEmpty() ? null : items.removeFirst();
        }

        @Nullable
        Item poll(Predicate<Object> fits, int from) {
            for (int i = from; i < items.size(); i++) {
                if (fits.test(items.get(i))) {
                    return items.remove(i);
                }
            }
            seen = items.size();
            return null;
        }
    }

    @Test
    void aMailboxDoesAsItsModelDoes() {
        for (long seed = 0; seed < SEQUENCES; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        Mailbox mailbox = new Mailbox();
        Model model = new Model();
        int number = 0;
        boolean searched = false;
        for (int step = 0; step < STEPS; step++) {
            String what = "seed " + seed + ", step " + step;
            int kind = random.nextInt(KINDS);
            Predicate<Object> fits = item -> ((Item) item).kind() == kind;
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> {
                    Item item = new Item(number++, kind);
                    mailbox.put(item);
                    model.items.add(item);
                }
                case 4 -> {
                    assertThat(mailbox.take()).as(what).isEqualTo(model.take());
                    searched = false;
                }
                case 5, 6 -> {
                    Item expected = model.poll(fits, 0);
                    assertThat(mailbox.poll(fits)).as(what).isEqualTo(expected);
                    searched = expected == null;
                }
                default -> {
                    // Only a process that has found nothing looks on from there.
                    if (searched) {
                        Item expected = model.poll(fits, model.seen);
                        assertThat(mailbox.pollNew(fits)).as(what).isEqualTo(expected);
                        searched = expected == null;
                    }
                }
            }
            assertThat(mailbox.length()).as(what).isEqualTo(model.items.size());
            if (searched) {
                assertThat(mailbox.hasNew()).as(what).isEqualTo(model.items.size() > model.seen);
            }
            assertThat(waiting(mailbox)).as(what).containsAll(model.items);
        }
        List<Object> rest = new ArrayList<>();
        for (Object item = mailbox.take(); item != null; item = mailbox.take()) {
            rest.add(item);
        }
        assertThat(rest).as("seed " + seed + ", the rest").isEqualTo(model.items);
    }

    private static List<Object> waiting(Mailbox mailbox) {
        List<Object> shown = new ArrayList<>();
        mailbox.forEach(shown::add);
        return shown;
    }
}
