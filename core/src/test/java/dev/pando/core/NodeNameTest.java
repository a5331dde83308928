package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The names of nodes and processes, and what is made of them.
final class NodeNameTest {

    private static final String LONG_HOST = "h".repeat(255);

    @Test
    void aNameHasAHost() {
        assertThat(NodeName.of("alpha@10.0.0.1")).isEqualTo(new NodeName("alpha", "10.0.0.1"));
        assertThat(NodeName.of("alpha")).isEqualTo(new NodeName("alpha", "localhost"));
        assertThat(NodeName.of("a.b_c-D9@[::1]")).hasToString("a.b_c-D9@[::1]");
        assertThat(NodeName.of("a".repeat(64) + "@" + LONG_HOST)).isNotNull();
    }

    @Test
    void aNameIsReadBackFromItsText() {
        for (String text : List.of("alpha@localhost", "x@y", "a.b@host.example.org")) {
            assertThat(NodeName.of(text)).hasToString(text);
            assertThat(NodeName.of(NodeName.of(text).toString())).isEqualTo(NodeName.of(text));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@host",
                "al pha@host",
                "älpha@host",
                "a/b@host",
                "a:b@host",
                "alpha@",
                "alpha@a@b",
                "alpha@ho st",
                "alpha@host\n",
                "alpha@\u2003"
            })
    void anImpossibleNameIsRefusedAndShown(String text) {
        assertThatThrownBy(() -> NodeName.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'")
                .hasMessageContaining("use");
    }

    @Test
    void aNameThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> new NodeName("a".repeat(65), "host")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeName("a", LONG_HOST + "h")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreOrderedByNameThenHost() {
        List<NodeName> sorted =
                Stream.of("b@a", "a@b", "a@a", "c@a").map(NodeName::of).sorted().toList();

        assertThat(sorted.toString()).isEqualTo("[a@a, a@b, b@a, c@a]");
    }

    @Test
    void aProcessNameHasUpTo255Characters() {
        assertThat(new Name("x".repeat(255))).isNotNull();
        assertThatThrownBy(() -> new Name("x".repeat(256))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Name(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addressesSayWhatTheyAre() {
        NodeName node = NodeName.of("alpha");

        assertThat(new Name("ada")).hasToString("ada");
        assertThat(new Name("ada").on(node)).hasToString("ada on alpha@localhost");
        assertThat(new Pid(node, 36, 7)).hasToString("<alpha@localhost.10.7>");
        assertThat(new Ref(node, 36, 8)).hasToString("#alpha@localhost.10.8");
    }

    @Test
    void pidsAreOrderedByNodeIncarnationAndSerial() {
        NodeName a = NodeName.of("a");
        NodeName b = NodeName.of("b");
        List<Pid> sorted =
                List.of(new Pid(a, 1, 1), new Pid(a, 1, 2), new Pid(a, 1, 10), new Pid(a, 2, 1), new Pid(b, 0, 0));

        assertThat(sorted.reversed().stream().sorted()).isEqualTo(sorted);
    }

    @Test
    void tokensAreOrderedByStampThenNodeThenIncarnation() {
        NodeName a = NodeName.of("a");
        NodeName b = NodeName.of("b");
        List<Token> sorted = List.of(new Token(1, b, 9), new Token(2, a, 1), new Token(2, a, 2), new Token(2, b, 0));

        assertThat(sorted.reversed().stream().sorted()).isEqualTo(sorted);
    }

    @Test
    void twoStartsOfANodeHaveDifferentIncarnations() {
        try (Node first = Node.start("alpha");
                Node second = Node.start("alpha")) {
            assertThat(second.incarnation()).isNotEqualTo(first.incarnation());
            assertThat(second.name()).isEqualTo(first.name());
            assertThat(first).hasToString("alpha@localhost");
        }
    }
}
