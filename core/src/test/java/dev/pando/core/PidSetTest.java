package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/// A set of pids against the JDK's.
class PidSetTest {

    static final int PIDS = 24;

    private final NodeName node = NodeName.of("alpha");

    @Property
    void isASet(@ForAll @Size(max = 200) List<@IntRange(max = 2 * PIDS - 1) Integer> steps) {
        PidSet set = new PidSet();
        Set<Pid> model = new HashSet<>();
        for (int step : steps) {
            Pid pid = pid(step % PIDS);
            if (step < PIDS) {
                set.add(pid);
                model.add(pid);
            } else {
                assertThat(set.remove(pid)).isEqualTo(model.remove(pid));
            }
            assertThat(set.copy()).isEqualTo(model);
            assertThat(set.contains(pid)).isEqualTo(model.contains(pid));
        }
    }

    @Property(tries = 20)
    void growsAndShrinks(@ForAll @IntRange(min = 1, max = 20_000) int count) {
        PidSet set = new PidSet();
        for (int serial = 0; serial < count; serial++) {
            set.add(pid(serial));
        }
        assertThat(set.copy()).hasSize(count);
        for (int serial = 0; serial < count - 1; serial++) {
            assertThat(set.remove(pid(serial))).isTrue();
        }
        assertThat(set.copy()).containsExactly(pid(count - 1));
    }

    private Pid pid(int serial) {
        return new Pid(node, 1, serial);
    }
}
