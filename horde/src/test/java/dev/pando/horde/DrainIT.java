package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.Node;
import dev.pando.core.Protocols;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that is told to stop by a signal while its children are called.
class DrainIT {

    private static final int CHILDREN = 3000;
    private static final int CALLERS = 16;

    @TempDir
    private Path folder;

    @Test
    void aSignalLosesNoCallAndNoState() throws Exception {
        try (Trio trio = new Trio(2, Protocols.of(Till.class, Till.Book.class))) {
            Node books = trio.nodes.getFirst();
            books.start(new Till.Book(), Till.BOOK);
            List<DistributedSupervisor> supervisors = trio.clusters.stream()
                    .map(cluster -> DistributedSupervisor.start(cluster, "tills", Placement.consistentHash()))
                    .toList();
            DistributedSupervisor first = supervisors.getFirst();
            try (TillJvm leaver = TillJvm.start(folder, trio, "leaver")) {
                Supervisors.awaitNodes(first, 3);
                List<String> ids =
                        IntStream.range(0, CHILDREN).mapToObj(i -> "t" + i).toList();
                ids.forEach(id -> first.startOrGet(Till.spec(id, books.name()), TillJvm.LIMIT));
                long there = first.children().stream()
                        .filter(child -> child.owner().name().equals("leaver"))
                        .count();
                assertThat(there).isBetween(900L, 1100L);
                Takers takers = new Takers(CALLERS, supervisors, ids, books);
                takers.awaitMore(2000);

                leaver.stop();
                takers.awaitMore(2000);

                takers.requireAllOnce(first);
                assertThat(leaver.complaints()).isEmpty();
            }
        }
    }
}
