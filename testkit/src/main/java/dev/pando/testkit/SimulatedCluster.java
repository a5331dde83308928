package dev.pando.testkit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/// A JUnit test of a cluster, run once for each seed until one fails.
///
/// The class of the test, or one around it, is a [Setup]; the method takes the [TestCluster] that was
/// started from it, or [SimulatedNodes] when it needs the simulator. `@BeforeEach` methods run before
/// that, each time on a new instance of the class unless JUnit is told otherwise; what is kept
/// elsewhere makes runs depend on each other.
///
/// With the property `pando.seed` that seed alone runs, exactly as it did. With
/// `pando.testkit.engine=jgroups` the test runs once, in real time, on real nodes in this JVM. Both are
/// configuration parameters of JUnit as well.
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulatedClusterExtension.class)
public @interface SimulatedCluster {

    /// How many nodes: `n1`, `n2` and so on.
    int nodes() default 3;

    /// How many seeds: 1, 2 and so on.
    int seeds() default 100;
}
