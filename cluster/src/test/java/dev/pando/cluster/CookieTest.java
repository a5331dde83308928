package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CookieTest {

    private static final String SECRET = "0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void aCookieIsCreatedOnFirstUseAndStays() {
        Path file = folder.resolve("new").resolve("cookie");

        Cookie first = Cookie.ofFile(file);

        assertThat(first.secret()).hasSize(32);
        assertThat(Cookie.ofFile(file)).isEqualTo(first);
    }

    @Test
    void aCreatedCookieIsItsOwnersOnly() throws IOException {
        assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"));
        Path file = folder.resolve("cookie");

        Cookie.ofFile(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void nodesThatCreateItAtOnceEndWithTheSameCookie() throws IOException, InterruptedException {
        for (int round = 0; round < 20; round++) {
            Path file = folder.resolve("race" + round).resolve("cookie");
            CountDownLatch start = new CountDownLatch(1);
            BlockingQueue<Cookie> cookies = new LinkedBlockingQueue<>();
            List<Thread> creators = IntStream.range(0, 8)
                    .mapToObj(_ -> Thread.ofPlatform().start(() -> {
                        start.countDown();
                        cookies.add(Cookie.ofFile(file));
                    }))
                    .toList();
            for (Thread creator : creators) {
                Waits.end(creator);
            }

            assertThat(cookies).hasSize(8).containsOnly(Cookie.ofFile(file));
            try (Stream<Path> left = Files.list(file.resolveSibling("."))) {
                assertThat(left.map(path -> path.getFileName().toString())).containsExactly("cookie");
            }
        }
    }

    @Test
    void blanksAroundACookieDoNotCount() throws IOException {
        Path file = Files.writeString(folder.resolve("cookie"), "  " + SECRET + "\n", StandardCharsets.UTF_8);

        assertThat(Cookie.ofFile(file)).isEqualTo(new Cookie(SECRET));
    }

    @Test
    void aShortCookieIsRefused() {
        assertThatThrownBy(() -> new Cookie("0123456789abcde"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 characters");
    }

    @Test
    void aShortCookieInAFileIsRefusedByItsFile() throws IOException {
        Path file = Files.writeString(folder.resolve("cookie"), "short", StandardCharsets.UTF_8);

        assertThatThrownBy(() -> Cookie.ofFile(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("16 characters")
                .hasMessageContaining("delete");
    }

    @Test
    void aCookieThatCannotBeReadIsRefusedByItsFile() {
        assertThatThrownBy(() -> Cookie.ofFile(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void aCookieThatIsNoTextIsRefusedByItsFile() throws IOException {
        Path file = Files.write(folder.resolve("cookie"), new byte[] {(byte) 0xC3, 0x28, 0, 1});

        assertThatThrownBy(() -> Cookie.ofFile(file))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aCookieDoesNotShowItsSecret() {
        Cookie cookie = new Cookie(SECRET);

        assertThat(cookie.toString()).doesNotContain(SECRET);
        assertThat(ClusterConfig.of("test").cookie(cookie).toString()).doesNotContain(SECRET);
        assertThat(new String(cookie.digest(), StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    }

    @Test
    void randomCookiesDiffer() {
        assertThat(Cookie.random()).isNotEqualTo(Cookie.random());
    }
}
