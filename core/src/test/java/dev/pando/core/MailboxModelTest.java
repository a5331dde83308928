package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/// Sequences of what a process does with its mailbox, against a list that does the same.
class MailboxModelTest {

    static final int KINDS = 4;
    static final int ACTIONS = 9;

    private record Item(int number, int kind) {}

    private record Nobody() implements Mailbox.Owner {

        @Override
        public void wake(Object sleeper) {}

        @Override
        public void grown(int length) {}
    }

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

    /// @param steps what is done one after the other, each a number for the kind of message and the action
    @Property(tries = 3000)
    void aMailboxDoesAsItsModelDoes(@ForAll @Size(max = 60) List<@IntRange(max = KINDS * ACTIONS - 1) Integer> steps) {
        Mailbox mailbox = new Mailbox();
        Model model = new Model();
        int number = 0;
        boolean searched = false;
        boolean asleep = false;
        for (int i = 0; i < steps.size(); i++) {
            String what = "step " + i;
            int kind = steps.get(i) % KINDS;
            Predicate<Object> fits = item -> ((Item) item).kind() == kind;
            switch (steps.get(i) / KINDS) {
                case 0, 1, 2, 3 -> {
                    Item item = new Item(number++, kind);
                    assertThat(mailbox.put(item, new Nobody())).as(what).isEqualTo(asleep);
                    asleep = false;
                    model.items.add(item);
                }
                case 4 -> {
                    mailbox.awake();
                    asleep = false;
                    assertThat(mailbox.take()).as(what).isEqualTo(model.take());
                    searched = false;
                }
                case 5, 6 -> {
                    mailbox.awake();
                    asleep = false;
                    Item expected = model.poll(fits, 0);
                    assertThat(mailbox.poll(fits)).as(what).isEqualTo(expected);
                    searched = expected == null;
                }
                case 7 -> {
                    // Only a process that has found nothing waits.
                    if (searched) {
                        assertThat(mailbox.await(this)).as(what).isEqualTo(model.items.size() == model.seen);
                        asleep = model.items.size() == model.seen;
                    }
                }
                default -> {
                    // Only a process that has found nothing looks on from there.
                    if (searched) {
                        mailbox.awake();
                        asleep = false;
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
        assertThat(rest).as("the rest").isEqualTo(model.items);
    }

    private static List<Object> waiting(Mailbox mailbox) {
        List<Object> shown = new ArrayList<>();
        mailbox.forEach(shown::add);
        return shown;
    }
}
