package dev.pando.horde;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The sources of this build with a field more in each record that nodes tell each other, those of
/// the library and those of an application: what the next release of both may be.
final class NextBuild {

    private static final Path MAIN = Path.of("src", "main", "java");
    private static final Path TEST = Path.of("src", "test", "java");
    private static final Path PACKAGE = Path.of("dev", "pando", "horde");

    private static final List<Path> SOURCES = List.of(
            MAIN.resolve(PACKAGE).resolve("SupervisorProtocol.java"),
            MAIN.resolve(PACKAGE).resolve("Sync.java"),
            MAIN.resolve(PACKAGE).resolve("Entry.java"),
            MAIN.resolve(PACKAGE).resolve("Claim.java"),
            MAIN.resolve(PACKAGE).resolve("Tombstone.java"),
            TEST.resolve(PACKAGE).resolve("Till.java"));

    /// A record's head: its name, its components, and what it implements.
    private static final Pattern RECORD = Pattern.compile("record (\\w+)\\(([^)]*)\\)([^{;]*)\\{");

    /// What parts two components, but not two type arguments.
    private static final Pattern COMMA = Pattern.compile(",(?![^<]*>)");

    /// Compiles them; to come before this build in a class path.
    static Path compile(Path folder) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("sources").resolve(PACKAGE));
        for (Path source : SOURCES) {
            Matcher records = RECORD.matcher(Files.readString(source));
            Files.writeString(sources.resolve(source.getFileName()), records.replaceAll(NextBuild::withField));
        }
        Path classes = Files.createDirectories(folder.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Stream<Path> written = Files.list(sources)) {
            List<String> options =
                    List.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
            if (!compiler.getTask(
                            problems, files, null, options, null, files.getJavaFileObjectsFromPaths(written.toList()))
                    .call()) {
                throw new AssertionError(problems.toString());
            }
        }
        return classes;
    }

    /// The callers of the former constructor find it still there.
    private static String withField(MatchResult head) {
        String name = head.group(1);
        String components = head.group(2);
        String values = Stream.of(COMMA.split(components, -1))
                .map(component -> component.substring(component.lastIndexOf(' ') + 1) + ", ")
                .filter(value -> !value.isBlank() && !value.equals(", "))
                .collect(Collectors.joining());
        String comma = components.isBlank() ? "" : ", ";
        return Matcher.quoteReplacement(
                "record %s(%s%sjava.util.Optional<String> added)%s{ public %s(%s) { this(%sjava.util.Optional.of(\"next\")); }"
                        .formatted(name, components, comma, head.group(3), name, components, values));
    }

    private NextBuild() {}
}
