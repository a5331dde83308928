package dev.pando.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/// Runs a test once for each seed, each time with a cluster of its own. The seeds after one that has
/// failed are left out: they would mostly say the same.
final class SimulatedClusterExtension implements TestTemplateInvocationContextProvider {

    private static final String SEED = "pando.seed";

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), SimulatedCluster.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        SimulatedCluster wanted = AnnotationSupport.findAnnotation(context.getTestMethod(), SimulatedCluster.class)
                .orElseThrow();
        if (wanted.seeds() < 1) {
            throw new ExtensionConfigurationException(
                    "seeds = " + wanted.seeds() + " of @SimulatedCluster; run at least one");
        }
        TestEngine engine = context.getConfigurationParameter(TestEngine.PROPERTY)
                .map(TestEngine::named)
                .orElse(TestEngine.SIMULATOR);
        int seeds = engine == TestEngine.SIMULATOR ? wanted.seeds() : 1;
        AtomicBoolean failed = new AtomicBoolean();
        return context.getConfigurationParameter(SEED)
                .map(SimulatedClusterExtension::seed)
                .map(LongStream::of)
                .orElseGet(() -> LongStream.rangeClosed(1, seeds))
                .mapToObj(seed -> new Invocation(engine, seed, wanted.nodes(), failed))
                .takeWhile(_ -> !failed.get())
                .map(TestTemplateInvocationContext.class::cast);
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ExtensionConfigurationException(SEED + ": '" + text + "' is not a whole number", e);
        }
    }

    private record Invocation(TestEngine engine, long seed, int nodes, AtomicBoolean failed)
            implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int number) {
            return engine == TestEngine.SIMULATOR ? "seed " + seed : "real nodes, seed " + seed;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Life(this));
        }
    }

    /// The cluster of one invocation.
    private static final class Life
            implements BeforeTestExecutionCallback,
                    ParameterResolver,
                    TestExecutionExceptionHandler,
                    AfterTestExecutionCallback {

        private final Invocation invocation;
        private @Nullable TestCluster<?> cluster;

        Life(Invocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public void beforeTestExecution(ExtensionContext context) {
            boolean simulatorOnly = Arrays.asList(
                            context.getRequiredTestMethod().getParameterTypes())
                    .contains(SimulatedNodes.class);
            if (simulatorOnly && invocation.engine != TestEngine.SIMULATOR) {
                throw new TestAbortedException(new OnlySimulated().getMessage());
            }
            Setup<?> setup = context.getRequiredTestInstances()
                    .findInstance(Setup.class)
                    .map(found -> (Setup<?>) found)
                    .orElseThrow(() -> new ExtensionConfigurationException(
                            context.getRequiredTestClass().getName() + " has a @SimulatedCluster test, so it, or a"
                                    + " class around it, must implement Setup: what its nodes speak and start"));
            cluster = invocation.engine.start(invocation.seed, invocation.nodes, setup);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return cluster != null
                    && parameter.getParameter().getType().isInstance(cluster)
                    && TestCluster.class.isAssignableFrom(
                            parameter.getParameter().getType());
        }

        @Override
        public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return cluster;
        }

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
            switch (thrown) {
                case OnlySimulated only -> throw new TestAbortedException(only.getMessage(), only);
                case TestAbortedException aborted -> throw aborted;
                default -> throw cluster == null ? thrown : cluster.told(thrown);
            }
        }

        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException()
                    .filter(thrown -> !(thrown instanceof TestAbortedException))
                    .isPresent()) {
                invocation.failed.set(true);
            }
            TestCluster<?> used = cluster;
            // Nobody is given a cluster that is closed.
            cluster = null;
            if (used != null) {
                close(used);
            }
        }

        private void close(TestCluster<?> used) {
            try {
                used.close();
            } catch (RuntimeException | Error thrown) {
                invocation.failed.set(true);
                throw used.told(thrown);
            }
        }
    }
}
