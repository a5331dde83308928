package dev.pando.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.pando.cluster.discovery.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What `pando node --config` reads: HOCON, of which JSON and Java's properties are a part.
///
/// `${?NAME}` stands for an environment variable, and `CONFIG_FORCE_pando_listen` and the like override what the file
/// says; see the library's own documentation for how such names are made.
///
/// @param name empty where the command line has to give it
record NodeFile(
        Optional<String> name,
        Optional<String> listen,
        Optional<String> cluster,
        List<String> connect,
        Optional<Path> cookieFile,
        boolean insecure,
        SortedMap<String, String> labels,
        Optional<Certificates> tls,
        List<Topology> topologies) {

    private static final String ROOT = "pando";

    /// PEM files, which belong together.
    record Certificates(Path certificate, Path key, Path authority) {}

    /// Without a file.
    static NodeFile none() {
        return new NodeFile(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                new TreeMap<>(),
                Optional.empty(),
                List.of());
    }

    /// @throws UsageException when it cannot be read, has something that nobody asks for, or an option that cannot be;
    ///     the message says where
    static NodeFile read(Path file) {
        return from(new Options("", parsed(file)));
    }

    private static Config parsed(Path file) {
        if (!Files.isReadable(file)) {
            throw new UsageException("--config: " + file + " is no file that can be read");
        }
        try {
            return ConfigFactory.systemEnvironmentOverrides()
                    .withOnlyPath(ROOT)
                    .withFallback(ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)))
                    .resolve();
        } catch (ConfigException e) {
            throw new UsageException("--config: " + e.getMessage(), e);
        }
    }

    private static NodeFile from(Options file) {
        Options pando = file.block(ROOT)
                .orElseThrow(() -> new UsageException(ROOT + ": is missing; all options of a node are in this block"));
        file.end();
        NodeFile read = new NodeFile(
                pando.optionalText("name"),
                pando.optionalText("listen"),
                pando.optionalText("cluster"),
                pando.texts("connect"),
                pando.optionalText("cookie_file").map(Path::of),
                pando.flag("insecure", false),
                pando.block("labels").map(Options::texts).orElseGet(TreeMap::new),
                pando.block("tls").map(NodeFile::certificates),
                pando.block("topologies").map(TopologyFile::read).orElse(List.of()));
        pando.end();
        return read;
    }

    private static Certificates certificates(Options tls) {
        Certificates given =
                new Certificates(Path.of(tls.text("cert")), Path.of(tls.text("key")), Path.of(tls.text("ca")));
        tls.end();
        return given;
    }
}
