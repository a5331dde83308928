package dev.pando.cluster.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsFileTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private Discovery discovery = _ -> List.of();

    @BeforeEach
    void open() {
        file = folder.resolve("hosts");
        discovery = HostsFile.of(file).open(Seats.at("127.0.0.1", 7800));
    }

    private List<Endpoint> lookup(String content) throws Exception {
        Files.writeString(file, content);
        return discovery.lookup(TIMEOUT);
    }

    private void assertRefused(String content, String... parts) throws IOException {
        Files.writeString(file, content);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> discovery.lookup(TIMEOUT))
                .withMessageContaining(file.toString())
                .withMessageContainingAll(parts);
    }

    @Test
    void eachLineIsAHost() throws Exception {
        assertThat(lookup("alpha\n10.0.0.1:7801\r\n  beta@10.0.0.2:7802  \n2001:db8::1\n[2001:db8::2]:7803\n"))
                .containsExactly(
                        new Endpoint("alpha", 7800),
                        new Endpoint("10.0.0.1", 7801),
                        new Endpoint("10.0.0.2", 7802),
                        new Endpoint("2001:db8::1", 7800),
                        new Endpoint("2001:db8::2", 7803));
    }

    @Test
    void commentsAndEmptyLinesDoNotCount() throws Exception {
        assertThat(lookup("# the hosts\n% of Erlang\n\n   \n  # indented\nalpha # the first\nbeta\t% the second\n"))
                .containsExactly(new Endpoint("alpha", 7800), new Endpoint("beta", 7800));
    }

    @Test
    void theZoneOfAnAddressIsNoComment() throws Exception {
        assertThat(lookup("fe80::1%eth0\n")).containsExactly(new Endpoint("fe80::1%eth0", 7800));
    }

    @Test
    void erlangsOwnFileIsUnderstood() throws Exception {
        assertThat(lookup("%% .hosts.erlang\n'alpha.example.com'.\n'beta' . % the second\n'10.0.0.1:7801'.% third\n"))
                .containsExactly(
                        new Endpoint("alpha.example.com", 7800),
                        new Endpoint("beta", 7800),
                        new Endpoint("10.0.0.1", 7801));
    }

    @Test
    void aFileWithoutHostsIsAnAnswer() throws Exception {
        assertThat(lookup("")).isEmpty();
        assertThat(lookup("# nobody\n")).isEmpty();
    }

    @Test
    void aHostThatIsThereTwiceIsOneAnswer() throws Exception {
        assertThat(lookup("alpha\nalpha:7800\n")).containsExactly(new Endpoint("alpha", 7800));
    }

    @Test
    void theFileIsReadAnewAtEachLookup() throws Exception {
        assertThat(lookup("alpha\n")).containsExactly(new Endpoint("alpha", 7800));
        assertThat(lookup("beta\n")).containsExactly(new Endpoint("beta", 7800));

        assertRefused("beta\na b\n", "line 2");

        assertThat(lookup("beta\ngamma\n")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a:0",
                "a:x",
                "a/b",
                "x@",
                "'alpha'",
                "'alpha",
                "alpha'.",
                "'a b'.",
                "''.",
                "'alpha'. 'beta'.",
                "alpha, beta"
            })
    void aBadLineRefusesTheFileByItsNumber(String line) throws IOException {
        assertRefused("# hosts\nalpha\n" + line + "\nbeta\n", "line 3", "'" + line + "'", "host:port");
    }

    @Test
    void aBadLineIsShownCutAndWithoutControls() throws IOException {
        assertRefused("a\u001b[2J " + "x".repeat(10_000), "line 1: 'a?[2J xxx", "x…'");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> discovery.lookup(TIMEOUT))
                .withMessage("hosts file " + file + " is missing; write one host a line into it");
    }

    @Test
    void aFolderIsNoFile() throws IOException {
        Files.createDirectory(file);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> discovery.lookup(TIMEOUT))
                .withMessageStartingWith("hosts file " + file + " cannot be read: ");
    }

    @Test
    void aFileThatIsNoTextIsRefused() throws IOException {
        Files.write(file, new byte[] {(byte) 0xC3, 0x28, 0, 1});

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> discovery.lookup(TIMEOUT))
                .withMessageContaining(file.toString())
                .withMessageContaining("UTF-8");
    }

    @Test
    void aFileThatIsTooLongIsRefused() throws IOException {
        assertRefused("#".repeat((1 << 20) + 1), "1048577 bytes", "at most 1048576");
    }

    @Test
    void itIsReadEveryFiveSecondsUnlessToldOtherwise() {
        assertThat(HostsFile.of(file).interval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(HostsFile.of(file).interval(TIMEOUT).interval()).isEqualTo(TIMEOUT);
    }

    @Test
    void anIntervalThatIsNotPositiveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostsFile.of(file).interval(Duration.ofSeconds(-1)))
                .withMessageStartingWith("interval: PT-1S");
    }
}
