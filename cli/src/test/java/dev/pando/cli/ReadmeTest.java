package dev.pando.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The samples of the README and of the page on discovery compile, and the README's first one does
/// what it shows.
class ReadmeTest {

    private static final Pattern SAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"README.md, 2", "docs/discovery.md, 1"})
    void everySampleCompiles(String page, int count) throws IOException {
        List<String> samples = samples(page);

        assertThat(samples).hasSizeGreaterThanOrEqualTo(count);
        for (String sample : samples) {
            compile(sample);
        }
    }

    @Test
    void theFirstSampleIsShortAndRuns() throws Exception {
        String sample = samples("README.md").getFirst();
        assertThat(sample.lines().filter(line -> !line.isBlank())).hasSizeLessThan(15);
        compile(sample);

        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        folder + System.getProperty("path.separator") + System.getProperty("java.class.path"),
                        "Sample")
                .start();
        try (InputStream output = java.getInputStream()) {
            assertThat(new String(output.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualToIgnoringNewLines("1");
        }
        assertThat(java.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(java.exitValue()).isZero();
    }

    private static List<String> samples(String page) throws IOException {
        return SAMPLE.matcher(Files.readString(Path.of("..").resolve(page)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private void compile(String sample) throws IOException {
        Path source = Files.writeString(folder.resolve("Sample.java"), sample);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        errors,
                        errors,
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(status).as(sample + errors.toString(StandardCharsets.UTF_8)).isZero();
    }
}
