package dev.pando.tools;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

final class ToolsTest {

    @Test
    void whoseToolsAreThereGoesOn() {
        assertThatCode(() -> {
                    Tools.need(true, "no dnsmasq");
                    Tools.need(Optional.empty());
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aTestWhoseToolIsMissingIsSkipped() {
        assertThatThrownBy(() -> Tools.miss("no dnsmasq", false))
                .isInstanceOf(TestAbortedException.class)
                .hasMessageContaining("no dnsmasq");
    }

    @Test
    void aTestWhoseToolIsMissingFailsWhereAllAreRequired() {
        assertThatThrownBy(() -> Tools.miss("no dnsmasq", true))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no dnsmasq");
    }
}
