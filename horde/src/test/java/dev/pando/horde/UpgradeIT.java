package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Node;
import dev.pando.core.Protocols;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two builds in one cluster. The next one has a field more in each record, the library's and the
/// application's; the nodes are replaced one after the other while their children are called, and
/// one of them goes back.
class UpgradeIT {

    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int CHILDREN = 400;
    private static final int CALLERS = 8;

    @TempDir
    private Path folder;

    @Test
    void aRollingRestartWithANewBuildLosesNoCallAndNoState() throws Exception {
        Path next = NextBuild.compile(folder);
        Map<String, TillJvm> jvms = new LinkedHashMap<>();
        try (Trio trio = new Trio(1, Protocols.of(Till.class, Till.Book.class))) {
            Node books = trio.nodes.getFirst();
            books.start(new Till.Book(), Till.BOOK);
            DistributedSupervisor supervisor =
                    DistributedSupervisor.start(trio.clusters.getFirst(), "tills", Placement.consistentHash());
            for (String name : NAMES) {
                jvms.put(name, start(trio, name, 1));
            }
            Supervisors.awaitNodes(supervisor, 4);
            List<String> ids =
                    IntStream.range(0, CHILDREN).mapToObj(i -> "t" + i).toList();
            ids.forEach(id -> supervisor.startOrGet(Till.spec(id, books.name()), TillJvm.LIMIT));
            Takers takers = new Takers(CALLERS, List.of(supervisor), ids, books);

            for (String name : NAMES) {
                replace(trio, supervisor, jvms, name, 2, next);
                takers.awaitMore(500);
                assertThat(supervisor.misplaced(TillJvm.LIMIT)).isPositive();
                // To and fro between the builds, until each child is where it belongs.
                Eventually.holds(
                        TillJvm.LIMIT,
                        () -> assertThat(supervisor.redistribute(TillJvm.LIMIT)).isZero());
                takers.awaitMore(500);
            }
            replace(trio, supervisor, jvms, NAMES.getFirst(), 1);
            takers.awaitMore(500);

            takers.requireAllOnce(supervisor);
            for (TillJvm jvm : jvms.values()) {
                requireNoComplaints(jvm);
            }
        } finally {
            for (TillJvm jvm : jvms.values()) {
                jvm.close();
            }
        }
    }

    /// Nodes that join one after the other may find the coordinator busy, and try again.
    private static void requireNoComplaints(TillJvm jvm) throws IOException {
        assertThat(jvm.complaints()).allMatch(line -> line.contains("pbcast.GMS") && line.contains("timed out"));
    }

    private TillJvm start(Trio trio, String name, int fields, Path... classPath) throws Exception {
        TillJvm jvm = TillJvm.start(folder, trio, name, classPath);
        Eventually.holds(TillJvm.LIMIT, () -> assertThat(jvm.log()).contains(TillProgram.TAKE + fields));
        return jvm;
    }

    private void replace(
            Trio trio,
            DistributedSupervisor supervisor,
            Map<String, TillJvm> jvms,
            String name,
            int fields,
            Path... classPath)
            throws Exception {
        TillJvm former = Objects.requireNonNull(jvms.get(name));
        former.stop();
        requireNoComplaints(former);
        jvms.put(name, start(trio, name, fields, classPath));
        Supervisors.awaitNodes(supervisor, NAMES.size() + 1);
    }
}
