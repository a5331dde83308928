package dev.pando.cli;

import dev.pando.architecture.Rules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {

    @TestFactory
    Stream<DynamicTest> rules() {
        return Rules.check(Rules.NO_ENGINE, Rules.NO_PEERS, Rules.NO_REFLECTION, Rules.NO_CYCLES, Rules.SLF4J_ONLY);
    }
}
