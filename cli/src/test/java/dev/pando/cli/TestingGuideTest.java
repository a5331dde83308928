package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tests that `docs/testing-your-cluster.md` shows compile, and pass.
final class TestingGuideTest {

    private static final Pattern SAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("^(?:class|record) (\\w+)", Pattern.MULTILINE);

    @TempDir
    Path folder;

    @Test
    @DisplayName("each test of the guide compiles and passes")
    void eachTestOfTheGuidePasses() throws Exception {
        List<String> types = compile();
        assertThat(types).containsExactly("Campaign", "CampaignTest", "CampaignInTimeTest", "CampaignPartitionTest");

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            for (String type : types.subList(1, types.size())) {
                run(loader.loadClass(type));
            }
        }
    }

    private List<String> compile() throws IOException {
        List<String> types = new ArrayList<>();
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
        return types;
    }

    private static void run(Class<?> test) throws Exception {
        var made = test.getDeclaredConstructor();
        made.setAccessible(true);
        Object instance = made.newInstance();
        List<Method> methods = Arrays.stream(test.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();
        assertThat(methods).hasSize(1);
        methods.getFirst().setAccessible(true);
        methods.getFirst().invoke(instance);
    }
}
