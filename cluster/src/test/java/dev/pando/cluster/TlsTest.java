package dev.pando.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pando.cluster.Certificates.Issued;
import dev.pando.tools.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is taken for a node's certificate, and what is said of what is not.
class TlsTest {

    @TempDir
    private static Path folder;

    private static Certificates ours;
    private static Issued good;

    @BeforeAll
    static void make() throws IOException {
        ours = new Certificates(folder.resolve("ours"));
        good = ours.issue("good");
    }

    private static AbstractThrowableAssert<?, ?> refused(ThrowingCallable made, Path named) {
        return assertThatThrownBy(made)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(named.toString())
                .hasMessageNotContaining(Certificates.PASSWORD);
    }

    private static Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void goodFilesAreTakenInBothForms() throws IOException {
        assertThat(good.pem().toString())
                .contains(good.certificate().toString())
                .doesNotContain("PRIVATE");
        assertThat(good.pkcs12().toString())
                .contains(good.keyStore().toString())
                .doesNotContain(Certificates.PASSWORD);
        Issued rsa = ours.issue("rsa", "-keyalg", "RSA", "-keysize", "2048");
        assertThat(rsa.pem().context()).isNotNull();
        assertThat(rsa.pkcs12().context()).isNotNull();
        Issued edwards = ours.issue("edwards", "-keyalg", "Ed25519");
        assertThat(edwards.pem().context()).isNotNull();
    }

    @Test
    void aMissingFileIsNamedWithItsOption() {
        Path missing = folder.resolve("missing");

        refused(() -> Tls.pem(missing, good.key(), good.ca()), missing)
                .hasMessageStartingWith("tls.certificate: ")
                .hasMessageContaining("give");
        refused(() -> Tls.pem(good.certificate(), missing, good.ca()), missing).hasMessageStartingWith("tls.key: ");
        refused(() -> Tls.pem(good.certificate(), good.key(), missing), missing).hasMessageStartingWith("tls.ca: ");
        refused(() -> Tls.pkcs12(missing, good.trustStore(), Certificates.PASSWORD), missing)
                .hasMessageStartingWith("tls.keyStore: ");
        refused(() -> Tls.pkcs12(good.keyStore(), missing, Certificates.PASSWORD), missing)
                .hasMessageStartingWith("tls.trustStore: ");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        refused(() -> Tls.pem(folder, good.key(), good.ca()), folder).hasMessageContaining("cannot be read");
    }

    @Test
    void aWrongPasswordIsSaidToBe() {
        refused(() -> Tls.pkcs12(good.keyStore(), good.trustStore(), "wrong"), good.keyStore())
                .hasMessageContaining("password")
                .hasMessageNotContaining("\"wrong\"");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws IOException {
        Issued other = ours.issue("other");
        Issued rsa = ours.issue("otherRsa", "-keyalg", "RSA", "-keysize", "2048");

        refused(() -> Tls.pem(good.certificate(), other.key(), good.ca()), good.certificate())
                .hasMessageContaining("does not match");
        refused(() -> Tls.pem(good.certificate(), rsa.key(), good.ca()), rsa.key())
                .hasMessageStartingWith("tls.key: ")
                .hasMessageContaining("does not match")
                .hasMessageContaining("EC");
    }

    @Test
    void aKeyOfAKindThatIsNotUsedIsNamed() throws IOException {
        Issued pss = ours.issue("pss", "-keyalg", "RSASSA-PSS", "-keysize", "2048");

        refused(pss::pem, pss.certificate()).hasMessageContaining("RSASSA-PSS").hasMessageContaining("Ed25519");
        refused(pss::pkcs12, pss.keyStore()).hasMessageContaining("RSASSA-PSS");
    }

    @Test
    void aCertificateThatIsNotValidTodayIsRefused() throws IOException {
        Issued expired = ours.issue("expired", "-startdate", "-10d", "-validity", "5");
        Issued early = ours.issue("early", "-startdate", "+10d", "-validity", "5");

        refused(expired::pem, expired.certificate())
                .hasMessageContaining("expired on 2")
                .hasMessageContaining("CN=expired");
        refused(expired::pkcs12, expired.keyStore()).hasMessageContaining("expired on 2");
        refused(early::pem, early.certificate()).hasMessageContaining("not valid before");
    }

    @Test
    void aCaThatHasExpiredIsRefused() throws IOException {
        Issued late = new Certificates(folder.resolve("late"), "-startdate", "-10d", "-validity", "5").issue("node");

        refused(() -> Tls.pem(good.certificate(), good.key(), late.ca()), late.ca())
                .hasMessageStartingWith("tls.ca: ")
                .hasMessageContaining("expired");
    }

    @Test
    void aCertificateOfAnotherCaIsRefused() throws IOException {
        Issued foreign = new Certificates(folder.resolve("foreign")).issue("node");

        refused(() -> Tls.pem(good.certificate(), good.key(), foreign.ca()), good.certificate())
                .hasMessageContaining("not signed by")
                .hasMessageContaining(foreign.ca().toString());
        refused(() -> Tls.pkcs12(good.keyStore(), foreign.trustStore(), Certificates.PASSWORD), good.keyStore())
                .hasMessageContaining("not signed by")
                .hasMessageContaining(foreign.trustStore().toString());
    }

    @Test
    void aStoreWithoutWhatIsNeededIsRefused() {
        refused(() -> Tls.pkcs12(good.trustStore(), good.trustStore(), Certificates.PASSWORD), good.trustStore())
                .hasMessageContaining("0 private keys");
        refused(() -> Tls.pkcs12(good.keyStore(), good.keyStore(), Certificates.PASSWORD), good.keyStore())
                .hasMessageStartingWith("tls.trustStore: ")
                .hasMessageContaining("keytool -importcert");
    }

    @Test
    void otherFormsAreRefusedWithTheWayToConvertThem() throws IOException {
        for (String kind : new String[] {"ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"}) {
            Path key = file("other.pem", "-----BEGIN " + kind + "-----\nAAAA\n-----END " + kind + "-----\n");
            refused(() -> Tls.pem(good.certificate(), key, good.ca()), key)
                    .hasMessageContaining(kind)
                    .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + key);
        }
        refused(() -> Tls.pkcs12(good.certificate(), good.trustStore(), Certificates.PASSWORD), good.certificate())
                .hasMessageContaining("is not PKCS#12")
                .hasMessageContaining("Tls.pem");
    }

    @Test
    void whatIsNeitherKeyNorCertificateIsRefusedAndNotQuoted() throws IOException {
        Path noise = file("noise", "secret words");
        Path damaged = file("damaged.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");

        refused(() -> Tls.pem(noise, good.key(), good.ca()), noise)
                .hasMessageContaining("holds no certificate")
                .hasMessageNotContaining("secret words");
        refused(() -> Tls.pem(good.certificate(), noise, good.ca()), noise)
                .hasMessageContaining("holds no private key")
                .hasMessageNotContaining("secret words");
        refused(() -> Tls.pem(good.certificate(), damaged, good.ca()), damaged)
                .hasMessageContaining("damaged")
                .hasMessageNotContaining("c2VjcmV0");
    }

    /// The commands in SECURITY.md, as they are written there.
    @Test
    void theCommandsForATryOutMakeWhatIsTaken() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "a shell");
        List<String> commands = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("..", "SECURITY.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(commands).hasSize(2);

        Path stores = Files.createDirectory(folder.resolve("keytool"));
        assertThat(run(commands.getFirst(), stores)).isZero();
        assertThat(Tls.pkcs12(stores.resolve("alpha.p12"), stores.resolve("trust.p12"), "changeit"))
                .isNotNull();
        assertThat(Tls.pkcs12(stores.resolve("beta.p12"), stores.resolve("trust.p12"), "changeit"))
                .isNotNull();

        Path pems = Files.createDirectory(folder.resolve("openssl"));
        Tools.need(run("command -v openssl", pems) == 0, "no openssl (Debian: apt-get install openssl)");
        assertThat(run(commands.getLast(), pems)).isZero();
        assertThat(Tls.pem(pems.resolve("alpha.pem"), pems.resolve("alpha.key.pem"), pems.resolve("ca.pem")))
                .isNotNull();
    }

    private static int run(String script, Path in) throws Exception {
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-e", "-c", script).directory(in.toFile());
        shell.environment().merge("PATH", System.getProperty("java.home") + "/bin", (path, jdk) -> jdk + ":" + path);
        Process process = shell.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void withTlsAnAddressThatOthersCanReachIsTaken() {
        ClusterConfig config = ClusterConfig.of("test").tls(good.pem()).listen("192.0.2.1", 7800);

        assertThat(config.tls()).isPresent();
        assertThat(config.insecure()).isFalse();
        assertThat(config.toString()).doesNotContain("PRIVATE");
    }
}
