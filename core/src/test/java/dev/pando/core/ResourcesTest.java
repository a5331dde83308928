package dev.pando.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ResourcesTest {

    private interface Pool extends Closeable {}

    private static class BasicPool implements Pool {
        final AtomicInteger closed = new AtomicInteger();

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private static final class FastPool extends BasicPool implements Comparable<FastPool> {
        @Override
        public int compareTo(FastPool other) {
            return 0;
        }
    }

    private final FastPool pool = new FastPool();
    private final Resources resources = Resources.of(pool, "text");

    @Test
    void aResourceIsFoundByItsClassAndAnyTypeAboveIt() {
        assertThat(resources.get(FastPool.class)).isSameAs(pool);
        assertThat(resources.get(BasicPool.class)).isSameAs(pool);
        assertThat(resources.get(Pool.class)).isSameAs(pool);
        assertThat(resources.get(AutoCloseable.class)).isSameAs(pool);
        assertThat(resources.get(CharSequence.class)).isEqualTo("text");
    }

    @Test
    void aMissingResourceIsRefusedByName() {
        assertThat(resources.has(Integer.class)).isFalse();
        assertThatThrownBy(() -> resources.get(Integer.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no resource java.lang.Integer")
                .hasMessageContaining("Resources.of");
        assertThatThrownBy(() -> Resources.none().get(Pool.class)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void twoResourcesOfATypeAreRefusedByName() {
        assertThat(resources.has(Comparable.class)).isTrue();
        assertThatThrownBy(() -> resources.get(Comparable.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than one resource java.lang.Comparable");
    }

    @Test
    void typesAreAllThatAResourceIsFoundBy() throws ClassNotFoundException {
        assertThat(Resources.of(pool).types())
                .containsExactly(
                        BasicPool.class.getName(),
                        FastPool.class.getName(),
                        Pool.class.getName(),
                        "java.io.Closeable",
                        "java.lang.AutoCloseable",
                        "java.lang.Comparable")
                .isSorted();
        for (String type : resources.types()) {
            assertThat(resources.has(Class.forName(type))).as(type).isTrue();
        }
    }

    @Test
    void theNodeDoesNotCloseItsResources() {
        Node.start("alpha", Protocols.none(), resources).close();

        assertThat(pool.closed).hasValue(0);
    }
}
