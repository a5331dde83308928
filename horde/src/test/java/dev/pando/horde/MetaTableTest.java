package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/// Values of which the later one stays: whatever the order in which they come, and however often.
class MetaTableTest {

    /// What belongs to one token is one thing: so the value is made of the token.
    @Provide
    Arbitrary<List<MetaTable.Meta>> metas() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.longs().between(1, 6),
                        Arbitraries.of("a", "b"),
                        Arbitraries.longs().between(1, 2))
                .as((key, stamp, node, incarnation) ->
                        meta("k" + key, new Token(stamp, NodeName.of(node), incarnation)))
                .list()
                .ofMaxSize(20);
    }

    private static MetaTable.Meta meta(String key, Token token) {
        Optional<Payload> value = token.hashCode() % 4 == 0 ? Optional.empty() : Optional.of(new Payload(key + token));
        return new MetaTable.Meta(new Payload(key), value, token);
    }

    private static MetaTable table(List<MetaTable.Meta> metas) {
        MetaTable table = new MetaTable();
        metas.forEach(table::put);
        return table;
    }

    private static Set<MetaTable.Meta> content(MetaTable table) {
        return Set.copyOf(table.all());
    }

    @Property
    void theLatestOfEachKeyStays(@ForAll("metas") List<MetaTable.Meta> metas) {
        Map<Payload, MetaTable.Meta> latest = metas.stream()
                .collect(Collectors.toMap(
                        MetaTable.Meta::key,
                        meta -> meta,
                        (one, other) ->
                                Collections.max(List.of(one, other), Comparator.comparing(MetaTable.Meta::token))));
        MetaTable table = table(metas);

        assertThat(content(table)).isEqualTo(Set.copyOf(latest.values()));
        latest.forEach((key, meta) -> {
            assertThat(table.get(key.value())).isEqualTo(meta.value().map(Payload::value));
            assertThat(table.lastStamp(key.value())).isEqualTo(meta.token().stamp());
        });
    }

    @Property
    void theOrderDoesNotMatter(@ForAll("metas") List<MetaTable.Meta> metas, @ForAll long seed) {
        List<MetaTable.Meta> other = new ArrayList<>(metas);
        Collections.shuffle(other, new Random(seed));

        assertThat(content(table(metas))).isEqualTo(content(table(other)));
    }

    @Property
    void tablesCanBeTakenTogetherInAnyWay(
            @ForAll("metas") List<MetaTable.Meta> one,
            @ForAll("metas") List<MetaTable.Meta> two,
            @ForAll("metas") List<MetaTable.Meta> three) {
        MetaTable left = table(one);
        table(two).all().forEach(left::put);
        table(three).all().forEach(left::put);
        MetaTable inner = table(two);
        table(three).all().forEach(inner::put);
        MetaTable right = table(one);
        inner.all().forEach(right::put);

        assertThat(content(left)).isEqualTo(content(right));
    }

    @Property
    void whatIsKnownChangesNothing(@ForAll("metas") List<MetaTable.Meta> metas) {
        MetaTable table = table(metas);
        Set<MetaTable.Meta> before = content(table);

        metas.forEach(meta -> assertThat(table.put(meta)).isFalse());

        assertThat(content(table)).isEqualTo(before);
    }

    @Test
    void whatWasDeletedLongAgoIsForgottenAndWhatThereIsIsNot() {
        MetaTable table = new MetaTable();
        Token old = new Token(1, NodeName.of("a"), 1);
        Token late = new Token(9, NodeName.of("a"), 1);
        table.put(new MetaTable.Meta(new Payload("kept"), Optional.of(new Payload(1)), old));
        table.put(new MetaTable.Meta(new Payload("gone"), Optional.empty(), old));
        table.put(new MetaTable.Meta(new Payload("late"), Optional.empty(), late));

        table.forget(5);

        assertThat(table.all()).extracting(meta -> meta.key().value()).containsExactlyInAnyOrder("kept", "late");
        assertThat(table.get("kept")).contains(1);
        assertThat(table.get("late")).isEmpty();
    }
}
