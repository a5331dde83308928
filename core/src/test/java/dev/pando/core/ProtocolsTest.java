package dev.pando.core;

import static dev.pando.core.Strategy.ONE_FOR_ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.wire.Codec;
import dev.pando.core.wire.Payload;
import dev.pando.core.wire.ValueCodec;
import dev.pando.core.wire.WireException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class ProtocolsTest {

    private final Codec codec = Protocols.of(Account.class, Supervisor.class).codec();

    @Test
    void theProtocolOfAServerIsIncluded() {
        assertThat(roundTrip(new Account.Deposit(5))).isEqualTo(new Account.Deposit(5));
        assertThat(roundTrip(new Account.Balance())).isEqualTo(new Account.Balance());
    }

    @Test
    void theRepliesOfItsCallsAreIncluded() {
        assertThat(roundTrip(new Account.Refused(3))).isEqualTo(new Account.Refused(3));
        assertThat(roundTrip(new Account.Paid(3))).isEqualTo(new Account.Paid(3));
    }

    @Test
    void theStateOfAServerIsNot() {
        assertThatThrownBy(() -> codec.encode(new Account.State(1)))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Account$State");
    }

    @Test
    void aTreeOfRecordsTravelsAsAValue() {
        Supervisor tree = Supervisor.of(
                        ONE_FOR_ONE,
                        ChildSpec.of("ada", new Account("ada"))
                                .name(new Name("ada"))
                                .restart(Restart.TRANSIENT),
                        ChildSpec.of("inner", Supervisor.of(ONE_FOR_ONE)).shutdown(Duration.ZERO))
                .intensity(1, Duration.ofSeconds(9));

        assertThat(roundTrip(tree)).isEqualTo(tree);
    }

    @Test
    void aBehaviourThatIsNoRecordStaysHere() {
        ProcessBody body = () -> {};
        ChildSpec spec = ChildSpec.of("plain", body);

        assertThatThrownBy(() -> codec.encode(spec))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("ChildSpec.behaviour");
    }

    /// A server that holds a live object: listed for its protocol only.
    static final class Vault implements GenServer<Vault.Message, Thread> {
        sealed interface Message {}

        record Open(String key) implements Message, Call<List<Payload>> {}

        @Override
        public Thread init() {
            return Thread.currentThread();
        }

        @Override
        public Step<Thread> handle(Message message, Thread state) {
            return Step.noReply(state);
        }
    }

    @Test
    void aServerThatIsNoRecordIsListedForItsProtocol() {
        Codec vault = Protocols.of(Vault.class).codec();

        assertThat(vault.decode(Vault.Open.class, vault.encode(new Vault.Open("k"))))
                .isEqualTo(new Vault.Open("k"));
    }

    abstract static class Generic<M> implements GenServer<M, Integer> {}

    static final class Fixed extends Generic<Account.Message> {
        @Override
        public Integer init() {
            return 0;
        }

        @Override
        public Step<Integer> handle(Account.Message message, Integer state) {
            return Step.noReply(state);
        }
    }

    @Test
    void aProtocolIsFoundThroughASuperclass() {
        Codec fixed = Protocols.of(Fixed.class).codec();

        assertThat(fixed.encode(new Account.Deposit(5))).isNotEmpty();
    }

    @Test
    void aServerWithoutAFixedProtocolIsRefusedByName() {
        assertThatThrownBy(() -> Protocols.of(Generic.class).codec())
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Generic")
                .hasMessageContaining("type variable");
    }

    record Asking() implements Call<Supplier<String>> {}

    @Test
    void aReplyThatCannotTravelIsRefusedByName() {
        assertThatThrownBy(() -> Protocols.of(Asking.class).codec())
                .isInstanceOf(WireException.class)
                .hasMessageContaining("Asking")
                .hasMessageContaining("Supplier");
    }

    @Test
    void aNodeRefusesProtocolsThatCannotTravel() {
        assertThatThrownBy(() -> Node.start("alpha", Protocols.of(Asking.class)))
                .isInstanceOf(WireException.class);
    }

    @Test
    void valueCodecsAddUp() {
        Codec both = Protocols.none()
                .with(ValueCodec.of(Locale.class, Locale::toLanguageTag, Locale::forLanguageTag))
                .with(ValueCodec.of(Currency.class, Currency::getCurrencyCode, Currency::getInstance))
                .codec();

        assertThat(both.decode(Locale.class, both.encode(Locale.GERMANY))).isEqualTo(Locale.GERMANY);
        assertThat(both.decode(Currency.class, both.encode(Currency.getInstance("EUR"))))
                .isEqualTo(Currency.getInstance("EUR"));
    }

    @Test
    void withoutProtocolsANodeSpeaksJdkValues() {
        Codec none = Protocols.none().codec();
        List<Object> values = List.of("text", 1, Duration.ZERO, List.of(2L));

        assertThat(none.decode(Object.class, none.encode(values))).isEqualTo(values);
        assertThatThrownBy(() -> none.encode(ZoneId.of("Europe/Paris"))).isInstanceOf(WireException.class);
    }

    @Test
    void aTypeMayBeListedTwice() {
        Codec twice = Protocols.of(Account.class, Account.class, Account.Message.class)
                .addTo(Protocols.of(Account.class).codec());

        assertThat(twice.decode(Object.class, twice.encode(new Account("ada")))).isEqualTo(new Account("ada"));
    }

    @Test
    void everyReasonTravels() {
        List<ExitReason> reasons = List.of(
                ExitReason.normal(),
                ExitReason.shutdown(),
                ExitReason.killed(),
                new ExitReason.NoProcess("x"),
                new ExitReason.NoConnection(NodeName.of("beta")),
                new ExitReason.Timeout(Duration.ofSeconds(5)),
                new ExitReason.NotAccepted("x", "y"),
                new ExitReason.NameConflict(new Payload("key"), new Pid(NodeName.of("beta"), 1, 2)),
                new ExitReason.NotStarted("inner", new ExitReason.NotStarted("x", ExitReason.killed())),
                ExitReason.Crash.of(new IllegalStateException("crash")),
                ExitReason.Other.of(List.of("any", 1)));

        assertThat(reasons).allSatisfy(reason -> assertThat(roundTrip(reason)).isEqualTo(reason));
    }

    private Object roundTrip(Object value) {
        return codec.decode(Object.class, codec.encode(value));
    }
}
