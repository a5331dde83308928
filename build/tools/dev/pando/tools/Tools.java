package dev.pando.tools;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Optional;

/// Programs and rights that single tests need besides a JDK.
///
/// Where the environment has `PANDO_REQUIRE_TOOLS`, as in `.ci/run`, a test whose tool is missing
/// fails. Elsewhere it is skipped, and says so on the console.
public final class Tools {

    private static final boolean REQUIRED = System.getenv("PANDO_REQUIRE_TOOLS") != null;

    /// Goes on when nothing is missing.
    ///
    /// @param missing what is, and how to get it
    public static void need(Optional<String> missing) {
        missing.ifPresent(what -> miss(what, REQUIRED));
    }

    /// Goes on when it is there.
    public static void need(boolean present, String missing) {
        need(present ? Optional.empty() : Optional.of(missing));
    }

    static void miss(String what, boolean required) {
        if (required) {
            fail("PANDO_REQUIRE_TOOLS is set: " + what);
        }
        System.err.println("SKIPPED: " + what);
        abort(what);
    }

    private Tools() {}
}
