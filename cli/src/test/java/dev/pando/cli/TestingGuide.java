package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/// The code of `docs/testing-your-cluster.md`, compiled.
final class TestingGuide implements AutoCloseable {

    private static final Pattern SAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("^(?:class|record) (\\w+)", Pattern.MULTILINE);

    private final List<String> types = new ArrayList<>();
    private final URLClassLoader loader;

    /// @param folder where the compiled classes go
    TestingGuide(Path folder) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("-cp", System.getProperty("java.class.path"), "-d", folder.toString()));
        Matcher samples = SAMPLE.matcher(Files.readString(Path.of("..", "docs", "testing-your-cluster.md")));
        while (samples.find()) {
            Matcher type = TYPE.matcher(samples.group(1));
            assertThat(type.find()).as(samples.group(1)).isTrue();
            types.add(type.group(1));
            arguments.add(Files.writeString(folder.resolve(type.group(1) + ".java"), samples.group(1))
                    .toString());
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler().run(null, errors, errors, arguments.toArray(String[]::new));
        assertThat(status).as(errors.toString(StandardCharsets.UTF_8)).isZero();
        loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
    }

    /// The types that are shown, in order.
    List<String> types() {
        return types;
    }

    /// Runs one of its tests by JUnit.
    Events run(String type, Map<String, String> parameters) throws ClassNotFoundException {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(loader.loadClass(type)))
                .configurationParameters(parameters)
                .execute()
                .testEvents();
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
