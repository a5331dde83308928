package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.Events;

/// The tests that `docs/testing-your-cluster.md` shows compile, and pass.
final class TestingGuideTest {

    @TempDir
    Path folder;

    @Test
    @DisplayName("each test of the guide compiles and passes")
    void eachTestOfTheGuidePasses() throws Exception {
        try (TestingGuide guide = new TestingGuide(folder)) {
            assertThat(guide.types())
                    .containsExactly("Campaign", "CampaignTest", "CampaignInTimeTest", "CampaignPartitionTest");

            passes(guide, "CampaignTest", 1);
            passes(guide, "CampaignInTimeTest", 1);
            passes(guide, "CampaignPartitionTest", 20);
        }
    }

    private static void passes(TestingGuide guide, String type, int times) throws Exception {
        Events tests = guide.run(type, Map.of());

        assertThat(tests.failed().stream()).as(type).isEmpty();
        tests.assertStatistics(counted -> counted.started(times).succeeded(times));
    }
}
