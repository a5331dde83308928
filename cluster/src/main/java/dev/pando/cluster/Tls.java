package dev.pando.cluster;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// What a node proves itself with to the others, and whom it believes: TLS 1.3 in which both sides show a certificate.
///
/// Whoever has a certificate of the CA, and its key, may connect, from whatever address: use a CA that signs nothing
/// but nodes. Read once, when it is made; it is not read again when the files change.
public final class Tls {

    private static final String PROTOCOL = "TLSv1.3";

    private final SSLContext context;
    private final String text;

    private Tls(SSLContext context, String text) {
        this.context = context;
        this.text = text;
    }

    /// From PEM files, as OpenSSL, cert-manager and most CAs write them.
    ///
    /// @param certificate the node's certificate, and those between it and the CA if there are any
    /// @param key its private key in PKCS#8 (`BEGIN PRIVATE KEY`), not encrypted
    /// @param ca the certificates of those who may sign nodes
    /// @throws IllegalStateException when a file cannot be read, does not hold what it should or has expired, and
    ///     when they do not fit together; the message names the file and says what to do
    public static Tls pem(Path certificate, Path key, Path ca) {
        List<X509Certificate> chain = TlsFiles.certificates("tls.certificate", certificate);
        return of(
                new TlsIdentity("tls.certificate", certificate, chain, TlsFiles.key(key, chain.getFirst())),
                new TlsIdentity.Trust("tls.ca", ca, TlsFiles.certificates("tls.ca", ca)));
    }

    /// From PKCS#12 files, as `keytool` writes them.
    ///
    /// @param keyStore holds the node's private key and its certificate
    /// @param trustStore holds the certificates of those who may sign nodes; may be the same file
    /// @param password of both, and of the key
    /// @throws IllegalStateException as [#pem], and when the password is wrong
    public static Tls pkcs12(Path keyStore, Path trustStore, String password) {
        return of(
                TlsFiles.identity("tls.keyStore", keyStore, password),
                TlsFiles.trust("tls.trustStore", trustStore, password));
    }

    private static Tls of(TlsIdentity identity, TlsIdentity.Trust trust) {
        identity.check();
        trust.check();
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            // The store lives in memory only, and its password protects nothing.
            keys.init(identity.store(new char[0]), new char[0]);
            TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
            trusted.init(trust.store());
            identity.checkSigned(x509(trusted), trust);
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
            return new Tls(context, "Tls[" + identity.file() + ", " + trust.file() + "]");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("tls cannot be set up: " + e.getMessage(), e);
        }
    }

    private static X509TrustManager x509(TrustManagerFactory factory) {
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new IllegalStateException("every JDK has a manager for X.509");
    }

    /// A socket that shows this node's certificate when it is connected and its handshake is started.
    ///
    /// @param handshakeMillis how long a read may take until the handshake has ended
    Socket client(int handshakeMillis) throws IOException {
        SSLSocket socket = socket((SSLSocket) context.getSocketFactory().createSocket());
        socket.setSoTimeout(handshakeMillis);
        socket.addHandshakeCompletedListener(event -> {
            try {
                event.getSocket().setSoTimeout(0);
            } catch (IOException e) {
                // Closed meanwhile.
            }
        });
        return socket;
    }

    /// The server's side of a connection, after the handshake. Blocks until the other side has shown a certificate
    /// that is trusted.
    ///
    /// @throws SSLException when it shows none, or another one
    Socket server(Socket accepted) throws IOException {
        SSLSocketFactory factory = context.getSocketFactory();
        SSLSocket socket = socket((SSLSocket) factory.createSocket(accepted, null, true));
        socket.setNeedClientAuth(true);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket socket(SSLSocket socket) {
        socket.setEnabledProtocols(new String[] {PROTOCOL});
        return socket;
    }

    /// The files, and no secret.
    @Override
    public String toString() {
        return text;
    }

    /// For the tests, which connect as a node does.
    SSLContext context() {
        return context;
    }
}
