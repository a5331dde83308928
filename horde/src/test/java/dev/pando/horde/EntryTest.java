package dev.pando.horde;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.core.ChildSpec;
import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import dev.pando.core.ProcessBody;
import dev.pando.core.wire.Payload;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntryTest {

    private static final Payload KEY = new Payload("x");
    private static final NodeName A = NodeName.of("a");
    private static final NodeName B = NodeName.of("b");

    @Test
    void theSameClaimMovesByItsVersion() {
        Entry first = running(0, 100, A, 1);
        Entry second = running(0, 100, A, 2);

        assertThat(second.replaces(first)).isTrue();
        assertThat(first.replaces(second)).isFalse();
        assertThat(first.replaces(first)).isFalse();
    }

    @Test
    void aLivingClaimReplacesAnOrphan() {
        Entry living = running(0, 100, A, 1);

        assertThat(living.replaces(living.withoutOwner())).isTrue();
        assertThat(living.replaces(running(5, 900, B, 1).withoutOwner())).isTrue();
        assertThat(running(5, 900, B, 1).replaces(living.withoutOwner())).isTrue();
    }

    @Test
    void anOrphanNeverReplacesALivingClaim() {
        Entry living = running(1, 500, A, 1);

        assertThat(living.withoutOwner().replaces(living)).isFalse();
        assertThat(running(1, 500, A, 99).withoutOwner().replaces(living)).isFalse();
        assertThat(running(0, 100, B, 1).withoutOwner().replaces(living)).isFalse();
        assertThat(running(9, 900, B, 1).withoutOwner().replaces(living)).isFalse();
    }

    @Test
    void amongOrphansTheLastOwnersRecordStays() {
        Entry early = running(0, 100, A, 1).withoutOwner();
        Entry late = running(1, 200, B, 1).withoutOwner();

        assertThat(late.replaces(early)).isTrue();
        assertThat(early.replaces(late)).isFalse();
    }

    @Test
    void ofTwoLivingCopiesTheOneThatWasNeverTakenOverStays() {
        Entry untouched = running(0, 900, A, 1);
        Entry takenOver = running(1, 100, B, 7);

        assertThat(untouched.replaces(takenOver)).isTrue();
        assertThat(takenOver.replaces(untouched)).isFalse();
    }

    @Test
    void anOrphanKeepsItsSpecAndNobodyFindsItsProcess() {
        Entry orphan = running(0, 100, A, 1).withoutOwner();

        assertThat(orphan.isLost()).isTrue();
        assertThat(orphan.pid()).isEmpty();
        assertThat(orphan.spec().id()).isEqualTo("x");
        assertThat(orphan.claim()).isEqualTo(running(0, 100, A, 1).claim());
    }

    private static Entry running(int takeOvers, long stamp, NodeName node, long version) {
        ProcessBody body = () -> {};
        return new Entry(
                KEY,
                ClaimTest.claim(takeOvers, stamp, node, 1),
                version,
                ChildSpec.of("x", body),
                ChildState.RUNNING,
                Optional.of(new Pid(node, 1, version)));
    }
}
