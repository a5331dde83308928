package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

    @ParameterizedTest
    @CsvSource({
        "0, a@localhost, 0",
        "1, n-0.b_c@10.0.0.1, 35",
        "-1, a@host/with/slashes, -36",
        "9223372036854775807, a@::1, 9223372036854775807",
        "-9223372036854775808, a@b, -9223372036854775808"
    })
    void aTokenIsReadFromItsText(long stamp, String node, long incarnation) {
        Token token = new Token(stamp, NodeName.of(node), incarnation);

        assertThat(Token.of(token.toString())).isEqualTo(token);
    }

    @Test
    void theTextIsWhatItSays() {
        assertThat(Token.of("0000018f00000001/alpha@localhost/1z"))
                .isEqualTo(new Token(0x18f00000001L, NodeName.of("alpha"), 71));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-alpha-1",
                "0000018f00000001",
                "0000018f00000001/alpha@localhost",
                "0000018f00000001/alpha@localhost/",
                "0000018f00000001//1",
                "0000018f00000001/al pha@localhost/1",
                "0000018f00000001/alpha@localhost/!",
                "+000018f00000001/alpha@localhost/1",
                "18f00000001/alpha@localhost/1",
                "00000018f00000001/alpha@localhost/1"
            })
    void anotherTextIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Token.of(text))
                .withMessageStartingWith("token '" + text + "': ");
    }
}
