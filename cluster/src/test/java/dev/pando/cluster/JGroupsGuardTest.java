package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.EmptyMessage;
import org.jgroups.Message;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FailureDetection;
import org.jgroups.protocols.UNICAST4;
import org.jgroups.protocols.UnicastHeader;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What strangers may say, and how much of it.
class JGroupsGuardTest {

    private final Address member = UUID.randomUUID();
    private final Address stranger = UUID.randomUUID();
    private final List<Refusal> refused = new ArrayList<>();
    private final JGroupsGuard guard = new JGroupsGuard((kind, _, _) -> refused.add(kind));

    @BeforeEach
    void view() {
        guard.viewChanged(List.of(member));
    }

    private static Message data(Address source, long sequence) {
        return new BytesMessage((Address) null, new byte[100])
                .setSrc(source)
                .putHeader(
                        ClassConfigurator.getProtocolId(UNICAST4.class),
                        UnicastHeader.createDataHeader(sequence, (short) 1, sequence == 1));
    }

    private static Message order(Address source, byte type) {
        return data(source, 1).putHeader(ClassConfigurator.getProtocolId(GMS.class), new GMS.GmsHeader(type));
    }

    private boolean admits(Message message) {
        return guard.admits(message, message.getSrc());
    }

    @Test
    void aMemberMaySayAnything() {
        for (int i = 1; i < 100_000; i++) {
            assertThat(admits(data(member, i))).isTrue();
        }
        assertThat(admits(order(member, GMS.GmsHeader.VIEW))).isTrue();
        assertThat(guard.passes(order(member, GMS.GmsHeader.VIEW))).isTrue();
        assertThat(guard.passes(data(member, 1))).isTrue();
        assertThat(refused).isEmpty();
    }

    /// Its place in the order is kept, so that what comes after it is not held up; not its contents.
    @Test
    void dataOfAStrangerIsEmptiedAndThenRefused() {
        Message message = data(stranger, 1);

        assertThat(admits(message)).isTrue();
        assertThat(message.getLength()).isZero();
        assertThat(guard.passes(message)).isFalse();
        assertThat(refused).containsExactly(Refusal.STRANGER);
    }

    /// One that was falsely excluded goes on sending; it must not have to wait when it wants to merge.
    @Test
    void whoSendsMuchDataMayStillMergeAndBeFound() {
        int admitted = 0;
        for (int i = 1; i < 100_000; i++) {
            admitted += admits(data(stranger, i)) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(50_000);

        Message heartbeat = new EmptyMessage()
                .setSrc(stranger)
                .putHeader(ClassConfigurator.getProtocolId(FD_ALL3.class), new FailureDetection.HeartbeatHeader());
        assertThat(admits(heartbeat)).isTrue();
        Message merge = order(stranger, GMS.GmsHeader.MERGE_RSP);
        assertThat(admits(merge)).isTrue();
        assertThat(merge.getLength()).isEqualTo(100);
        assertThat(guard.passes(merge)).isTrue();
    }

    @Test
    void whoBecomesAMemberMakesRoom() {
        for (int i = 1; i < JGroupsGuard.STRANGERS_MAX; i++) {
            assertThat(admits(data(UUID.randomUUID(), 1))).isTrue();
        }
        assertThat(admits(data(stranger, 1))).isTrue();
        assertThat(admits(data(UUID.randomUUID(), 1))).isFalse();

        guard.viewChanged(List.of(member, stranger));

        assertThat(admits(data(UUID.randomUUID(), 1))).isTrue();
        assertThat(admits(data(UUID.randomUUID(), 1))).isFalse();
        assertThat(admits(data(stranger, 2))).isTrue();
    }

    @Test
    void aStrangerGivesNoOrdersToMembers() {
        for (byte type : new byte[] {GMS.GmsHeader.VIEW, GMS.GmsHeader.LEAVE_REQ, GMS.GmsHeader.GET_CURRENT_VIEW}) {
            assertThat(guard.passes(order(stranger, type))).isFalse();
        }
        assertThat(admits(order(stranger, GMS.GmsHeader.JOIN_REQ))).isFalse();
        assertThat(refused).containsExactly(Refusal.STRANGER, Refusal.STRANGER, Refusal.STRANGER, Refusal.COOKIE);
    }

    /// It has no view yet, and all are strangers to it.
    @Test
    void whoJoinsHearsTheCluster() {
        guard.viewChanged(List.of());

        for (int i = 0; i < 2 * JGroupsGuard.STRANGERS_MAX; i++) {
            assertThat(admits(data(UUID.randomUUID(), 1))).isTrue();
        }
        assertThat(admits(order(member, GMS.GmsHeader.VIEW))).isTrue();
        assertThat(guard.passes(order(member, GMS.GmsHeader.VIEW))).isTrue();
        assertThat(guard.passes(order(member, GMS.GmsHeader.JOIN_RSP))).isTrue();
    }
}
