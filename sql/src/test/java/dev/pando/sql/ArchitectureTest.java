package dev.pando.sql;

import dev.pando.architecture.Rules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {

    @TestFactory
    Stream<DynamicTest> rules() {
        return Rules.check(
                Rules.NO_ENGINE,
                Rules.NO_APPLICATION,
                Rules.NO_REFLECTION,
                Rules.NO_CYCLES,
                Rules.SLF4J_ONLY,
                Rules.QUIET_STREAMS,
                Rules.SEAMS,
                Rules.STABLE_ORDER);
    }
}
