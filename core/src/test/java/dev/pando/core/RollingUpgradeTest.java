package dev.pando.core;

import static dev.pando.core.Steps.A_MOMENT;
import static dev.pando.core.Steps.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.wire.Release;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two nodes of two releases of an application, compiled apart: a call goes from one to the other and its answer back.
///
/// Between the releases, fields are added, removed and reordered, in a message, in a record within it and in the
/// answer; an enum has a new constant in front, and two sealed sets have a new record.
final class RollingUpgradeTest {

    private static final Name DESK = new Name("desk");

    private static final Release OLD = Release.of("""
        public enum Kind { PHONE, WEB }
        public record Line(String article, int quantity, BigDecimal price) {}

        public sealed interface Message {}
        public record Order(String id, Kind kind, Instant at, List<Line> lines, Optional<String> coupon)
                implements Message, Call<Answer> {}

        public sealed interface Answer {}
        public record Taken(String id, int lines, boolean gift) implements Answer {}

        public record Desk() implements GenServer<Message, Integer> {
            @Override public Integer init() { return 0; }
            @Override public Step<Integer> handle(Message message, Integer count) {
                Order order = (Order) message;
                return Step.reply(order, new Taken(order.toString(), order.lines().size(), true), count + 1);
            }
        }
        """);

    private static final Release NEW = Release.of("""
        public enum Kind { SHOP, WEB, PHONE }
        public record Line(BigDecimal price, Map<String, Integer> options, int quantity, String article) {}

        public sealed interface Message {}
        public record Order(List<Line> lines, Set<Kind> others, Instant at, boolean urgent, Kind kind, String id)
                implements Message, Call<Answer> {}
        public record Cancel(String id) implements Message, Call<Answer> {}

        public sealed interface Answer {}
        public record Taken(List<Kind> ways, String id, int lines) implements Answer {}
        public record Refused(String why) implements Answer {}

        public record Desk() implements GenServer<Message, Integer> {
            @Override public Integer init() { return 0; }
            @Override public Step<Integer> handle(Message message, Integer count) {
                return switch (message) {
                    case Order order when order.id().isEmpty() ->
                        Step.reply(order, new Refused("no id"), count);
                    case Order order ->
                        Step.reply(order, new Taken(List.of(Kind.SHOP), order.toString(), order.lines().size()), count);
                    case Cancel cancel -> Step.reply(cancel, new Refused(cancel.id()), count);
                };
            }
        }
        """);

    private final Node older = Node.start("older", Protocols.of(OLD.type("Desk")));
    private final Node newer = Node.start("newer", Protocols.of(NEW.type("Desk")));
    private final Network network = Network.of(older, newer);

    @AfterEach
    void close() {
        older.close();
        newer.close();
        network.close();
    }

    private static Object constant(Release release, String name) {
        for (Object constant : release.type("Kind").getEnumConstants()) {
            if (constant.toString().equals(name)) {
                return constant;
            }
        }
        throw new AssertionError(name);
    }

    private static Object oldOrder(String id) {
        Object line = OLD.make("Line", "wheel", 2, new BigDecimal("9.50"));
        return OLD.make("Order", id, constant(OLD, "WEB"), Instant.EPOCH, List.of(line, line), Optional.of("spring"));
    }

    private static Object newOrder(String kind) {
        Object line = NEW.make("Line", new BigDecimal("9.50"), Map.of("red", 1), 2, "wheel");
        Object shop = constant(NEW, "SHOP");
        return NEW.make(
                "Order", List.of(line), java.util.Set.of(shop), Instant.EPOCH, true, constant(NEW, kind), "a-1");
    }

    private static Object call(Node from, Node to, Object request) {
        return from.call(DESK.on(to.name()), (Call<?>) request, LIMIT);
    }

    @Test
    void anOldNodeCallsANewOne() {
        newer.start((Behaviour) NEW.make("Desk"), DESK);

        Object answer = call(older, newer, oldOrder("a-1"));

        String received = "Order[lines=[Line[price=9.50, options={}, quantity=2, article=wheel],"
                + " Line[price=9.50, options={}, quantity=2, article=wheel]],"
                + " others=[], at=1970-01-01T00:00:00Z, urgent=false, kind=WEB, id=a-1]";
        assertThat(answer).isEqualTo(OLD.make("Taken", received, 2, false));
    }

    @Test
    void aNewNodeCallsAnOldOne() {
        older.start((Behaviour) OLD.make("Desk"), DESK);

        Object answer = call(newer, older, newOrder("WEB"));

        String received = "Order[id=a-1, kind=WEB, at=1970-01-01T00:00:00Z,"
                + " lines=[Line[article=wheel, quantity=2, price=9.50]], coupon=Optional.empty]";
        assertThat(answer).isEqualTo(NEW.make("Taken", List.of(), received, 1));
    }

    @Test
    void eachStartsAServerOfTheOther() {
        Pid there = older.spawn(newer.name(), (Behaviour) OLD.make("Desk"), LIMIT);
        Pid back = newer.spawn(older.name(), (Behaviour) NEW.make("Desk"), LIMIT);

        assertThat(older.call(there, (Call<?>) oldOrder("a-2"), LIMIT).toString())
                .contains("id=a-2", "urgent=false");
        assertThat(newer.call(back, (Call<?>) newOrder("PHONE"), LIMIT).toString())
                .contains("coupon=Optional.empty");
    }

    @Test
    void whatTheOldNodeDoesNotKnowIsRefusedThereAndTheNextMessageIsNot() {
        older.start((Behaviour) OLD.make("Desk"), DESK);

        for (Object unknown : List.of(NEW.make("Cancel", "a-1"), newOrder("SHOP"))) {
            assertThatThrownBy(() -> newer.call(DESK.on(older.name()), (Call<?>) unknown, A_MOMENT))
                    .isInstanceOf(ExitException.class);
        }

        assertThat(call(newer, older, newOrder("PHONE")).toString()).contains("kind=PHONE");
        assertThat(older.refusedFrames()).isEqualTo(2);
    }

    @Test
    void anAnswerThatTheOldNodeDoesNotKnowIsRefusedThereAndTheNextOneIsNot() {
        newer.start((Behaviour) NEW.make("Desk"), DESK);

        assertThatThrownBy(() -> older.call(DESK.on(newer.name()), (Call<?>) oldOrder(""), A_MOMENT))
                .isInstanceOf(ExitException.class);

        assertThat(call(older, newer, oldOrder("a-1")).toString()).contains("id=a-1");
        assertThat(older.refusedFrames()).isEqualTo(1);
    }
}
