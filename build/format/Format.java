import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Checks or applies palantir-java-format: `check|apply PATH...`, where a folder means every Java file below it.
/// A program of its own because Spotless formats inside Maven's JVM, which may be older than the sources.
final class Format {

    private static final Set<String> SKIPPED = Set.of("target", ".git", ".idea", "node_modules");

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(false)
            .build());

    public static void main(String[] args) throws IOException {
        boolean apply = args[0].equals("apply");
        var files = new ArrayList<Path>();
        for (String root : List.of(args).subList(1, args.length)) {
            collect(Path.of(root), files);
        }
        var format = new Format();
        List<String> faults = files.parallelStream()
                .flatMap(file -> format.visit(file, apply))
                .sorted()
                .toList();
        faults.forEach(System.err::println);
        if (!faults.isEmpty()) {
            System.err.println(
                    faults.size() + " of " + files.size() + " Java files refused. To format them: .ci/format");
            System.exit(1);
        }
    }

    private static void collect(Path root, List<Path> files) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                Path name = directory.getFileName();
                boolean skipped = name != null && !directory.equals(root) && SKIPPED.contains(name.toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Stream<String> visit(Path file, boolean apply) {
        try {
            String before = Files.readString(file);
            String after = formatter.formatSourceAndFixImports(before);
            if (after.equals(before)) {
                return Stream.empty();
            }
            if (apply) {
                Files.writeString(file, after);
                System.out.println("formatted " + file);
                return Stream.empty();
            }
            return Stream.of("misformatted: " + file + ":" + firstDifference(before, after));
        } catch (FormatterException e) {
            return Stream.of("not Java: " + file + ": " + e.getMessage());
        } catch (IOException e) {
            return Stream.of("not readable: " + file + ": " + e);
        }
    }

    private static int firstDifference(String before, String after) {
        List<String> found = before.lines().toList();
        List<String> wanted = after.lines().toList();
        int line = 0;
        while (line < Math.min(found.size(), wanted.size()) && found.get(line).equals(wanted.get(line))) {
            line++;
        }
        return line + 1;
    }
}
