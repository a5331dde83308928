package dev.pando.cluster.discovery;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The hosts in a text file, as libcluster's `ErlangHosts`. Unlike there, the file is read anew at
/// each lookup.
///
/// One line is one host, as `host`, `host:port` or `name@host:port`; `'host'.`, as Erlang's
/// `.hosts.erlang` has it, is understood too. What follows a `#` or `%` at the beginning or after
/// a blank is a comment. A file without hosts is an answer. One that is missing, cannot be read or
/// has a bad line is none, as a whole, so the last answer stays; write the new file beside the old
/// one and move it there, so that nobody reads half of it.
///
/// @param file in UTF-8, at most 1 MiB
/// @param interval how long until it is read again
public record HostsFile(Path file, Duration interval) implements DiscoveryStrategy {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final int BYTES_MAX = 1 << 20;
    private static final int QUOTE_MAX = 80;

    private static final String COMMENT = "[#%].*";
    private static final Pattern NOTHING = Pattern.compile("(" + COMMENT + ")?");
    private static final Pattern PLAIN = Pattern.compile("([^\\s']+)(\\s+" + COMMENT + ")?");
    private static final Pattern ERLANG = Pattern.compile("'([^\\s']+)'\\s*\\.\\s*(" + COMMENT + ")?");

    public HostsFile {
        Intervals.check("interval", interval);
    }

    /// A file that is read every 5 seconds.
    public static HostsFile of(Path file) {
        return new HostsFile(file, INTERVAL);
    }

    public HostsFile interval(Duration interval) {
        return new HostsFile(file, interval);
    }

    @Override
    public String name() {
        return "HostsFile";
    }

    @Override
    public Discovery open(Seat seat) {
        return _ -> read();
    }

    private List<Endpoint> read() throws IOException {
        List<String> lines = text().lines().toList();
        List<Endpoint> endpoints = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            endpoint(i + 1, lines.get(i).strip()).ifPresent(endpoints::add);
        }
        return endpoints.stream().distinct().toList();
    }

    private String text() throws IOException {
        try {
            long bytes = Files.size(file);
            if (bytes > BYTES_MAX) {
                throw new IOException("it has " + bytes + " bytes, and at most " + BYTES_MAX + " are read");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException("hosts file " + file + " is missing; write one host a line into it", e);
        } catch (CharacterCodingException e) {
            throw new IOException("hosts file " + file + " is not text in UTF-8; write one host a line into it", e);
        } catch (IOException e) {
            throw new IOException("hosts file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<Endpoint> endpoint(int number, String line) throws IOException {
        if (NOTHING.matcher(line).matches()) {
            return Optional.empty();
        }
        Matcher host = (line.startsWith("'") ? ERLANG : PLAIN).matcher(line);
        try {
            if (!host.matches()) {
                throw new IllegalArgumentException("one line is one host");
            }
            return Optional.of(Endpoint.parse("host", host.group(1)));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "hosts file " + file + ", line " + number + ": '" + printable(line)
                            + "' is not host, host:port or 'host'.; correct it: until then the last answer stays",
                    e);
        }
    }

    private static String printable(String line) {
        String cut = line.length() > QUOTE_MAX ? line.substring(0, QUOTE_MAX) + "…" : line;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
