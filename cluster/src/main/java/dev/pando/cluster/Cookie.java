package dev.pando.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/// The secret that the nodes of a cluster share, as Erlang's cookie. It keeps strangers and accidents out; it
/// does not encrypt, and whoever can read the network can read it, so a network that is not trusted needs TLS.
///
/// @param secret at least 16 characters
public record Cookie(String secret) {

    private static final int LENGTH_MIN = 16;

    public Cookie {
        if (secret.length() < LENGTH_MIN) {
            throw new IllegalArgumentException("a cookie needs at least " + LENGTH_MIN + " characters");
        }
    }

    /// A new random secret of 128 bits.
    public static Cookie random() {
        byte[] bits = new byte[16];
        new SecureRandom().nextBytes(bits);
        return new Cookie(HexFormat.of().formatHex(bits));
    }

    /// The user's own cookie in `~/.pando/cookie`, created on first use and readable by the user only.
    public static Cookie ofUser() {
        return ofFile(Path.of(System.getProperty("user.home"), ".pando", "cookie"));
    }

    /// The cookie in a file, created when there is none. Two nodes that create it at once end up with the same
    /// one.
    ///
    /// @throws IllegalStateException when the file cannot be read or created, or holds too short a secret
    public static Cookie ofFile(Path file) {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return new Cookie(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            throw new IllegalStateException("cookie file " + file + " cannot be read or created: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "cookie file " + file + ": " + e.getMessage() + "; write more, or delete it to get a random one",
                    e);
        }
    }

    /// Written beside and then linked, so that nobody ever reads half a cookie and the first one stays.
    private static void create(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, "cookie", ".new", ownerOnly());
        try {
            Files.writeString(draft, random().secret(), StandardCharsets.UTF_8);
            Files.createLink(file, draft);
        } catch (FileAlreadyExistsException e) {
            // Another node was first; its cookie is the one.
        } finally {
            Files.delete(draft);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /// What is compared and sent in place of the secret.
    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Cookie[hidden]";
    }
}
