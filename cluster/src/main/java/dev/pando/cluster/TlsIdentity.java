package dev.pando.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.X509TrustManager;

/// A node's certificate with its key, and where they come from.
///
/// @param option the option that named the file
/// @param chain the node's own certificate first
record TlsIdentity(String option, Path file, List<X509Certificate> chain, PrivateKey key) {

    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

    /// Those who may sign nodes.
    record Trust(String option, Path file, List<X509Certificate> certificates) {

        void check() {
            certificates.forEach(certificate -> checkDates(option, file, certificate));
        }

        KeyStore store() throws GeneralSecurityException, IOException {
            KeyStore store = empty();
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca" + i, certificates.get(i));
            }
            return store;
        }
    }

    /// @throws IllegalStateException when a certificate is not valid today, or the key is of a kind that nodes do not
    ///     use, or belongs to another certificate
    void check() {
        chain.forEach(certificate -> checkDates(option, file, certificate));
        String kind = chain.getFirst().getPublicKey().getAlgorithm();
        if (!KINDS.contains(kind)) {
            throw new IllegalStateException(option + ": the certificate in " + file + " has a key of kind " + kind
                    + ", which nodes do not use; make it with a key of kind RSA, EC or Ed25519");
        }
        if (!fits(chain.getFirst().getPublicKey())) {
            throw new IllegalStateException(option + ": the private key does not match the certificate in " + file
                    + "; give the key that the certificate was made for");
        }
    }

    /// @throws IllegalStateException when the other nodes would not believe this one
    void checkSigned(X509TrustManager trusted, Trust trust) {
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        String keyType = key.getAlgorithm();
        try {
            trusted.checkClientTrusted(shown, keyType);
            trusted.checkServerTrusted(shown, keyType.equals("RSA") ? "ECDHE_RSA" : "ECDHE_ECDSA");
        } catch (CertificateException e) {
            throw new IllegalStateException(
                    option + ": the certificate in " + file + " is not signed by one in " + trust.file() + " ("
                            + trust.option() + "), or is not for clients and servers both (" + e.getMessage()
                            + "); give the CA that signed it",
                    e);
        }
    }

    KeyStore store(char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = empty();
        store.setKeyEntry("node", key, password, chain.toArray(X509Certificate[]::new));
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private boolean fits(PublicKey publicKey) {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(probe);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(publicKey);
            verifying.update(probe);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void checkDates(String option, Path file, X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateExpiredException e) {
            throw new IllegalStateException(
                    option + ": the certificate of " + certificate.getSubjectX500Principal() + " in " + file
                            + " expired on " + certificate.getNotAfter().toInstant() + "; renew it",
                    e);
        } catch (CertificateNotYetValidException e) {
            throw new IllegalStateException(
                    option + ": the certificate of " + certificate.getSubjectX500Principal() + " in " + file
                            + " is not valid before "
                            + certificate.getNotBefore().toInstant() + "; is the clock right?",
                    e);
        }
    }
}
