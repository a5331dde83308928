package dev.pando.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Each rule once; a module's `ArchitectureTest` lists those that bind it. Only main classes are looked at.
public final class Rules {

    public static final ArchRule BARE_CORE = classes()
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage("dev.pando.core..", "java..", "org.slf4j..", "org.jspecify..")
                    .and(resideOutsideOfPackages("java.sql..")))
            .as("core needs the JDK, SLF4J and JSpecify, and no engine, HTTP server or database");

    public static final ArchRule NO_ENGINE = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("org.jgroups.."))
            .as("only cluster and global see org.jgroups");

    public static final ArchRule NO_APPLICATION = noClasses()
            .should()
            .dependOnClassesThat(resideInAPackage("dev.pando.donations.."))
            .as("only cli imports dev.pando.donations");

    public static final ArchRule NO_PEERS = noClasses()
            .should()
            .dependOnClassesThat(
                    resideInAnyPackage("org.apache.pekko..", "scala..", "org.apache.fory..", "org.openjdk.jmh.."))
            .as("only bench sees Pekko, Fory and JMH");

    public static final ArchRule NO_REFLECTION = noClasses()
            .that(resideOutsideOfPackages("dev.pando.core.wire..", "..jmh_generated.."))
            .and(notWithin("dev\\.pando\\.core\\.(Mailbox|Entrance|Slot)"))
            .and(notWithin("dev\\.pando\\.testkit\\.(ExecutorDriver|SimulatedClusterExtension)"))
            .should()
            .dependOnClassesThat(resideInAPackage("java.lang.reflect..")
                    .or(named("java.lang.invoke.MethodHandles$Lookup", "java.lang.invoke.VarHandle")))
            .orShould()
            .accessTargetWhere(target("java.lang.Class", Rules::reflects))
            .as("only core.wire reflects, only Mailbox, Entrance and Slot hold a VarHandle, only the simulator"
                    + " opens the JDK, and only the JUnit extension looks at tests (and JMH's own code at its"
                    + " parameters)");

    public static final ArchRule NO_CYCLES =
            slices().matching("dev.pando.(**)").should().beFreeOfCycles().as("packages form no cycle");

    public static final ArchRule SLF4J_ONLY =
            noClasses().should(USE_JAVA_UTIL_LOGGING).as("nothing logs through java.util.logging");

    public static final ArchRule QUIET_STREAMS =
            noClasses().should(ACCESS_STANDARD_STREAMS).as("a library never prints to System.out or System.err");

    /// Whatever is not deterministic comes through a seam, so that a simulation replays exactly.
    public static final ArchRule SEAMS = noClasses()
            .that(notWithin("dev\\.pando\\.core\\.spi\\.JvmHost"))
            .and(notWithin("dev\\.pando\\.cluster\\.JGroups\\w*"))
            .should()
            .dependOnClassesThat(named(
                    "java.lang.Thread$Builder",
                    "java.util.IdentityHashMap",
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.Timer",
                    "java.util.concurrent.CompletableFuture",
                    "java.util.concurrent.Executors",
                    "java.util.concurrent.ForkJoinPool",
                    "java.util.concurrent.ScheduledThreadPoolExecutor",
                    "java.util.concurrent.ThreadLocalRandom",
                    "java.util.concurrent.ThreadPoolExecutor",
                    "java.util.concurrent.locks.LockSupport"))
            .orShould()
            .accessTargetWhere(target(
                            "java.lang.Thread", Set.of("<init>", "start", "sleep", "yield", "onSpinWait")::contains)
                    .or(target("java.lang.Thread", name -> name.startsWith("of") || name.startsWith("startVirtual")))
                    .or(target("java.lang.Object", "wait"::equals))
                    .or(target(
                            "java.lang.System", Set.of("nanoTime", "currentTimeMillis", "identityHashCode")::contains))
                    .or(target("java.util.concurrent.TimeUnit", "sleep"::equals))
                    .or(target("java.lang.Math", "random"::equals))
                    .or(target("java.util.UUID", "randomUUID"::equals))
                    .or(target("java.util.Collections", "shuffle"::equals))
                    .or(target("java.time.", "now"::equals))
                    .or(target("java.util.", "parallelStream"::equals))
                    .or(target("java.util.stream.", "parallel"::equals)))
            .as("threads, time, chance and parking come from core.spi");

    /// Their iteration order is salted anew in each JVM, or hangs on a hash: use the linked or sorted collections.
    /// Empty ones are harmless, and so are the collectors that take a factory for the map.
    public static final ArchRule STABLE_ORDER = noClasses()
            .should()
            .accessTargetWhere(overload("java.util.Set", "of", 1, 10)
                    .or(overload("java.util.Map", "of", 1, 20))
                    .or(target("java.util.Map", "ofEntries"::equals))
                    .or(target("java.util.Set", "copyOf"::equals))
                    .or(target("java.util.Map", "copyOf"::equals))
                    .or(target(
                            "java.util.stream.Collectors",
                            Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap")::contains))
                    .or(overload("java.util.stream.Collectors", "toMap", 1, 3))
                    .or(overload("java.util.stream.Collectors", "groupingBy", 1, 2)))
            .as("no collection with a salted iteration order");

    private Rules() {}

    /// One test per rule, over the classes in `target/classes` of the module that is being tested.
    public static Stream<DynamicTest> check(ArchRule... rules) {
        JavaClasses module = new ClassFileImporter().importPath(Path.of("target", "classes"));
        if (module.isEmpty()) {
            throw new IllegalStateException(
                    "no classes in target/classes: run in the module's folder, after compiling");
        }
        return Arrays.stream(rules)
                .map(rule -> dynamicTest(
                        rule.getDescription(), () -> rule.allowEmptyShould(true).check(module)));
    }

    private static boolean reflects(String method) {
        return method.equals("forName")
                || method.equals("newInstance")
                || method.startsWith("getDeclared")
                || method.startsWith("getConstructor")
                || method.startsWith("getField")
                || method.startsWith("getMethod")
                || method.startsWith("getPermitted")
                || method.startsWith("getRecord");
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> wanted = Set.of(names);
        return DescribedPredicate.describe("one of the named classes", type -> wanted.contains(type.getName()));
    }

    /// Nested classes count as their outermost one.
    private static DescribedPredicate<JavaClass> notWithin(String regex) {
        return DescribedPredicate.describe(
                "not within " + regex, type -> !outermost(type).getName().matches(regex));
    }

    private static JavaClass outermost(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return enclosing.isPresent() ? outermost(enclosing.get()) : type;
    }

    /// An owner that ends in a dot is a package.
    private static DescribedPredicate<JavaAccess<?>> target(String owner, Predicate<String> name) {
        return DescribedPredicate.describe("a member of " + owner, access -> {
            String type = access.getTargetOwner().getName();
            boolean owned = owner.endsWith(".") ? type.startsWith(owner) : type.equals(owner);
            return owned && name.test(access.getTarget().getName());
        });
    }

    private static DescribedPredicate<JavaAccess<?>> overload(String owner, String name, int from, int to) {
        return DescribedPredicate.describe(
                owner + "." + name + " with " + from + " to " + to + " parameters",
                access -> target(owner, name::equals).test(access)
                        && access.getTarget() instanceof CodeUnitAccessTarget unit
                        && unit.getRawParameterTypes().size() >= from
                        && unit.getRawParameterTypes().size() <= to);
    }
}
