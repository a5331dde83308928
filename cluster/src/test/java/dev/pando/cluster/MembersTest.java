package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pando.core.NodeName;
import dev.pando.core.Pid;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {

    private static final NodeName A = NodeName.of("a");
    private static final NodeName B = NodeName.of("b");
    private static final NodeName C = NodeName.of("c");

    private static Pid pid(NodeName node, long serial) {
        return new Pid(node, 7, serial);
    }

    private static Roll roll(NodeName node, long... serials) {
        Roll roll = Roll.of(node);
        for (long serial : serials) {
            roll = roll.plus(pid(node, serial));
        }
        return roll;
    }

    @Test
    void membersComeNodeByNodeInWhateverOrderTheNodesWereHeardOf() {
        List<Pid> expected = List.of(pid(A, 5), pid(B, 1), pid(B, 1), pid(B, 3), pid(C, 2));

        for (List<Roll> order : List.of(
                List.of(roll(A, 5), roll(B, 3, 1, 1), roll(C, 2)), List.of(roll(C, 2), roll(B, 3, 1, 1), roll(A, 5)))) {
            Members members = Members.none(1);
            for (Roll roll : order) {
                members = members.with(roll);
            }
            assertThat(members).isEqualTo(expected);
            List<Pid> visited = new ArrayList<>();
            members.forEach(visited::add);
            assertThat(visited).isEqualTo(expected);
            assertThat(members.nodes()).containsExactly(A, B, C);
        }
    }

    @Test
    void aNodeWithoutMembersIsNotThere() {
        Members members = Members.none(1).with(roll(A, 1)).with(roll(B, 1)).with(Roll.of(A));

        assertThat(members).containsExactly(pid(B, 1));
        assertThat(members.nodes()).containsExactly(B);
        assertThat(members.with(Roll.of(C)).nodes()).containsExactly(B);
        assertThat(members.with(Roll.of(B))).isEmpty();
    }

    @Test
    void oneNodesMembersAreFoundWithoutTheOthers() {
        Members members = Members.none(1).with(roll(A, 1)).with(roll(B, 2, 2));

        assertThat(members.only(B)).containsExactly(pid(B, 2), pid(B, 2));
        assertThat(members.only(C)).isEmpty();
        assertThat(members.contains(pid(B, 2))).isTrue();
        assertThat(members.contains(pid(B, 1))).isFalse();
        assertThat(members.contains(pid(C, 2))).isFalse();
    }

    @Test
    void theListIsNobodysToChange() {
        Members members = Members.none(1).with(roll(A, 1));

        assertThatThrownBy(() -> members.add(pid(A, 2))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> members.get(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> members.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
