package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.Events;

/// The cluster test that `docs/testing-your-cluster.md` shows, on real nodes.
final class TestingGuideIT {

    @TempDir
    Path folder;

    @Test
    void theSameTestPassesOnRealNodes() throws Exception {
        try (TestingGuide guide = new TestingGuide(folder)) {
            Events tests = guide.run("CampaignPartitionTest", Map.of("pando.testkit.engine", "jgroups"));

            assertThat(tests.failed().stream()).isEmpty();
            tests.assertStatistics(counted -> counted.started(1).succeeded(1));
        }
    }
}
