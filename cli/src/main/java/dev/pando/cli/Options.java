package dev.pando.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigUtil;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/// One block of a configuration file. What is wrong is said with its place in the file and its path. What nobody has
/// asked for is refused in the end: it is a slip of the pen.
final class Options {

    private final String path;
    private final Config block;
    private final SortedSet<String> asked = new TreeSet<>();

    Options(String path, Config block) {
        this.path = path;
        this.block = block;
    }

    /// A block that is not there.
    static Options none(String path) {
        return new Options(path, ConfigFactory.empty());
    }

    String path() {
        return path;
    }

    boolean has(String key) {
        asked.add(key);
        return block.hasPathOrNull(quoted(key)) && !block.getIsNull(quoted(key));
    }

    String text(String key) {
        return optionalText(key).orElseThrow(() -> new UsageException(full(key) + ": is missing"));
    }

    String text(String key, String otherwise) {
        return optionalText(key).orElse(otherwise);
    }

    Optional<String> optionalText(String key) {
        return optional(key, Config::getString);
    }

    int number(String key, int otherwise) {
        return optional(key, Config::getInt).orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return optional(key, Config::getBoolean).orElse(otherwise);
    }

    /// A number without a unit means milliseconds, as with libcluster; `10 s` and the like are understood.
    Duration time(String key, Duration otherwise) {
        return optional(key, Config::getDuration).orElse(otherwise);
    }

    /// A list, or one text for a list of one.
    List<String> texts(String key) {
        return optional(key, Options::list).orElse(List.of());
    }

    private static List<String> list(Config block, String path) {
        return switch (block.getValue(path).valueType()) {
            case LIST -> block.getStringList(path);
            default -> List.of(block.getString(path));
        };
    }

    <E extends Enum<E>> E oneOf(String key, Class<E> type, E otherwise) {
        Optional<String> given = optionalText(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(given.get()))
                .findFirst()
                .orElseThrow(() -> new UsageException(full(key) + ": '" + given.get() + "' is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .toList()));
    }

    Optional<Options> block(String key) {
        return optional(key, Config::getConfig).map(inner -> new Options(full(key), inner));
    }

    /// The blocks in a block of blocks, by their names.
    SortedMap<String, Options> blocks() {
        SortedMap<String, Options> found = new TreeMap<>();
        for (String key : block.root().keySet()) {
            found.put(key, block(key).orElseThrow());
        }
        return found;
    }

    SortedMap<String, String> texts() {
        SortedMap<String, String> found = new TreeMap<>();
        for (String key : block.root().keySet()) {
            found.put(key, text(key));
        }
        return found;
    }

    /// To be called when all has been asked for.
    void end() {
        for (Map.Entry<String, ?> entry : block.root().entrySet()) {
            if (!asked.contains(entry.getKey())) {
                throw new UsageException(full(entry.getKey()) + ": there is no such option; there are " + asked);
            }
        }
    }

    private <T> Optional<T> optional(String key, BiFunction<Config, String, T> read) {
        if (!has(key)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read.apply(block, quoted(key)));
        } catch (ConfigException e) {
            throw new UsageException(full(key) + ": " + e.getMessage(), e);
        }
    }

    private static String quoted(String key) {
        return ConfigUtil.quoteString(key);
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
