package dev.pando.cluster;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads keys and certificates. What it throws names the option, the file and what to do, and never holds a secret.
final class TlsFiles {

    private static final String KEY_OPTION = "tls.key";
    private static final Pattern PEM_KEY =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    private TlsFiles() {}

    // ---- PEM

    static List<X509Certificate> certificates(String option, Path file) {
        byte[] read = bytes(option, file, "certificates in PEM");
        try {
            List<X509Certificate> found = new ArrayList<>();
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read))) {
                found.add((X509Certificate) certificate);
            }
            if (found.isEmpty()) {
                throw new CertificateException("there is none");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalStateException(
                    option + ": " + file + " holds no certificate (" + e.getMessage()
                            + "); give a file with BEGIN CERTIFICATE",
                    e);
        }
    }

    /// @param certificate says of which kind the key is
    static PrivateKey key(Path file, X509Certificate certificate) {
        String text = new String(bytes(KEY_OPTION, file, "a private key in PEM"), StandardCharsets.ISO_8859_1);
        Matcher pem = PEM_KEY.matcher(text);
        if (!pem.find()) {
            throw new IllegalStateException(
                    KEY_OPTION + ": " + file + " holds no private key; give a file with BEGIN PRIVATE KEY");
        }
        if (!pem.group(1).equals("PRIVATE KEY")) {
            throw new IllegalStateException(KEY_OPTION + ": " + file + " is a " + pem.group(1)
                    + ", and only PKCS#8 that is not encrypted is read; convert it: openssl pkcs8 -topk8 -nocrypt -in "
                    + file + " -out NEW.pem");
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        try {
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException | IllegalArgumentException e) {
            // The cause is left out: it may quote what it could not read.
            throw new IllegalStateException(KEY_OPTION + ": " + file + " is damaged, or does not match the certificate"
                    + ", which has a key of kind " + algorithm + "; give the key that the certificate was made for");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(
                    KEY_OPTION + ": this JDK knows no keys of kind " + algorithm + "; use RSA or EC", e);
        }
    }

    // ---- PKCS#12

    static TlsIdentity identity(String option, Path file, String password) {
        KeyStore store = store(option, file, password);
        try {
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw new IllegalStateException(option + ": " + file + " holds " + keys.size()
                        + " private keys; give one that holds the node's key and no other");
            }
            Key key = store.getKey(keys.getFirst(), password.toCharArray());
            Certificate[] chain = store.getCertificateChain(keys.getFirst());
            if (!(key instanceof PrivateKey secret) || chain == null) {
                throw new IllegalStateException(
                        option + ": " + file + " holds a key without a certificate; import the certificate as well");
            }
            return new TlsIdentity(
                    option,
                    file,
                    Arrays.stream(chain)
                            .map(certificate -> (X509Certificate) certificate)
                            .toList(),
                    secret);
        } catch (UnrecoverableKeyException e) {
            throw new IllegalStateException(
                    option + ": the key in " + file + " has another password than the file; give both the same", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    static TlsIdentity.Trust trust(String option, Path file, String password) {
        KeyStore store = store(option, file, password);
        try {
            List<X509Certificate> trusted = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    trusted.add((X509Certificate) store.getCertificate(alias));
                }
            }
            if (trusted.isEmpty()) {
                throw new IllegalStateException(option + ": " + file
                        + " holds no certificate of a CA; import it: keytool -importcert -alias ca -file CA.pem"
                        + " -keystore " + file);
            }
            return new TlsIdentity.Trust(option, file, trusted);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static KeyStore store(String option, Path file, String password) {
        byte[] read = bytes(option, file, "PKCS#12");
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(read), password.toCharArray());
            return store;
        } catch (IOException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw new IllegalStateException(option + ": the password of " + file + " is wrong (tls.password)", e);
            }
            throw new IllegalStateException(
                    option + ": " + file + " is not PKCS#12 (" + e.getMessage()
                            + "); for PEM files use Tls.pem, and convert a JKS with keytool -importkeystore",
                    e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(option + ": " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(String option, Path file, String what) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalStateException(option + ": " + file + " is missing; give the path of " + what, e);
        } catch (IOException e) {
            throw new IllegalStateException(
                    option + ": " + file + " cannot be read (" + e + "); give the path of " + what, e);
        }
    }
}
