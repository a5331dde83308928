package dev.pando.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A CA of its own and what it signs, made with the JDK's keytool for one run of the tests.
final class Certificates {

    static final String PASSWORD = "correct horse battery";

    private final Path folder;
    private final Path all;

    /// A node's files.
    record Issued(Path certificate, Path key, Path ca, Path keyStore, Path trustStore) {
        Tls pem() {
            return Tls.pem(certificate, key, ca);
        }

        Tls pkcs12() {
            return Tls.pkcs12(keyStore, trustStore, PASSWORD);
        }
    }

    /// @param options for keytool, such as how long the CA is valid
    Certificates(Path folder, String... options) throws IOException {
        this.folder = Files.createDirectories(folder);
        all = folder.resolve("all.p12");
        List<String> more = new ArrayList<>(List.of("-ext", "bc:critical=ca:true"));
        more.addAll(List.of(options));
        make("ca", more);
    }

    /// A node's certificate, signed by the CA.
    Issued issue(String name, String... options) throws IOException {
        List<String> more = new ArrayList<>(List.of("-signer", "ca"));
        more.addAll(List.of(options));
        make(name, more);
        try {
            KeyStore made = KeyStore.getInstance(all.toFile(), PASSWORD.toCharArray());
            Key key = made.getKey(name, PASSWORD.toCharArray());
            Certificate[] chain = made.getCertificateChain(name);
            KeyStore keys = empty();
            keys.setKeyEntry("node", key, PASSWORD.toCharArray(), chain);
            KeyStore trusted = empty();
            trusted.setCertificateEntry("ca", made.getCertificate("ca"));
            return new Issued(
                    pem(name + ".pem", "CERTIFICATE", chain[0].getEncoded()),
                    pem(name + ".key.pem", "PRIVATE KEY", key.getEncoded()),
                    pem("ca.pem", "CERTIFICATE", made.getCertificate("ca").getEncoded()),
                    store(name + ".p12", keys),
                    store("trust.p12", trusted));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private Path store(String name, KeyStore store) throws GeneralSecurityException, IOException {
        Path file = folder.resolve(name);
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private Path pem(String name, String kind, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                folder.resolve(name), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private void make(String alias, List<String> options) throws IOException {
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = new ArrayList<>(List.of(keytool.toString(), "-genkeypair", "-keystore", all.toString()));
        command.addAll(
                List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-alias", alias, "-dname", "CN=" + alias));
        if (!options.contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        command.addAll(options);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(Waits.DEADLINE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("keytool: " + said);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
