package dev.pando.cluster.discovery;

import dev.pando.cluster.discovery.Heard.Kind;
import dev.pando.cluster.discovery.Heard.Refused;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/// Heartbeats as packets.
///
/// A packet is the head (four letters, the version, and whether it is sealed) and the body: id,
/// count, time in milliseconds, port, length of the host, host. With a secret the body is sealed
/// by AES-256-GCM under a random nonce that stands before it; the tag covers the head too.
final class GossipCodec {

    /// The longest packet that can be a heartbeat.
    static final int BYTES_MAX = 512;

    /// How far a heartbeat's time may be from this node's.
    static final Duration WINDOW = Duration.ofSeconds(60);

    private static final byte[] LETTERS = "PNDG".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final byte PLAIN = 0;
    private static final byte SEALED = 1;
    private static final int HEAD_BYTES = LETTERS.length + 2;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;

    private final Optional<SecretKey> key;
    private final SecureRandom nonces = new SecureRandom();

    GossipCodec(Optional<String> secret) {
        key = secret.map(GossipCodec::derive);
    }

    private static SecretKey derive(String secret) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret.getBytes(StandardCharsets.UTF_8))
                                    .thenExpand("pando gossip 1".getBytes(StandardCharsets.US_ASCII), KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 25 has HKDF-SHA256", e);
        }
    }

    byte[] encode(Heartbeat beat) {
        byte[] head = head(key.isPresent() ? SEALED : PLAIN);
        byte[] body = body(beat);
        return key.map(secret -> joined(head, seal(secret, head, body))).orElseGet(() -> joined(head, body));
    }

    private static byte[] head(byte mode) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put(LETTERS)
                .put(VERSION)
                .put(mode)
                .array();
    }

    private static byte[] body(Heartbeat beat) {
        byte[] host = beat.host().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 * Long.BYTES + Short.BYTES + 1 + host.length)
                .putLong(beat.id())
                .putLong(beat.count())
                .putLong(beat.sent().toEpochMilli())
                .putShort((short) beat.port())
                .put((byte) host.length)
                .put(host)
                .array();
    }

    private byte[] seal(SecretKey secret, byte[] head, byte[] body) {
        byte[] nonce = new byte[NONCE_BYTES];
        nonces.nextBytes(nonce);
        try {
            return joined(
                    nonce, cipher(Cipher.ENCRYPT_MODE, secret, nonce, head).doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey secret, byte[] nonce, byte[] head)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, secret, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(head);
        return cipher;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }

    /// @param packet whatever came; of one that is longer than [#BYTES_MAX] it need not be the
    ///     whole
    Heard decode(byte[] packet, Instant now) {
        if (packet.length > BYTES_MAX) {
            return new Refused(Kind.FOREIGN, "it is longer than " + BYTES_MAX + " bytes");
        }
        if (packet.length < HEAD_BYTES || !Arrays.equals(packet, 0, LETTERS.length, LETTERS, 0, LETTERS.length)) {
            return new Refused(Kind.FOREIGN, "it is not a heartbeat of a node");
        }
        if (packet[LETTERS.length] != VERSION) {
            return new Refused(Kind.FOREIGN, "it is of version " + packet[LETTERS.length] + ", not " + VERSION);
        }
        byte[] head = Arrays.copyOf(packet, HEAD_BYTES);
        byte[] rest = Arrays.copyOfRange(packet, HEAD_BYTES, packet.length);
        return switch (packet[HEAD_BYTES - 1]) {
            case PLAIN ->
                key.isPresent()
                        ? new Refused(Kind.SECRET, "it has no secret, and this node has one; give all the same")
                        : read(rest, now);
            case SEALED -> key.map(secret -> unseal(secret, head, rest, now)).orElseGet(GossipCodec::needless);
            default -> new Refused(Kind.FOREIGN, "it is neither plain nor sealed");
        };
    }

    private static Heard needless() {
        return new Refused(Kind.SECRET, "it has a secret, and this node has none; give all the same");
    }

    private static Heard unseal(SecretKey secret, byte[] head, byte[] sealed, Instant now) {
        if (sealed.length < NONCE_BYTES) {
            return damaged();
        }
        try {
            byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
            return read(
                    cipher(Cipher.DECRYPT_MODE, secret, nonce, head)
                            .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES),
                    now);
        } catch (AEADBadTagException e) {
            return new Refused(Kind.SECRET, "its secret is another one, or it was changed on its way");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    private static Heard read(byte[] body, Instant now) {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            long id = in.getLong();
            long count = in.getLong();
            Instant sent = Instant.ofEpochMilli(in.getLong());
            int port = Short.toUnsignedInt(in.getShort());
            byte[] host = new byte[Byte.toUnsignedInt(in.get())];
            in.get(host);
            if (in.hasRemaining()) {
                return damaged();
            }
            return timely(new Heartbeat(id, count, sent, new String(host, StandardCharsets.US_ASCII), port), now);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return damaged();
        }
    }

    private static Heard damaged() {
        return new Refused(Kind.FOREIGN, "it is damaged");
    }

    private static Heard timely(Heartbeat beat, Instant now) {
        Duration old = Duration.between(beat.sent(), now);
        return old.abs().compareTo(WINDOW) <= 0
                ? beat
                : new Refused(
                        Kind.TIME,
                        "its time is " + old.abs().toSeconds() + " s " + (old.isNegative() ? "ahead of" : "behind")
                                + " this node's, and may be " + WINDOW.toSeconds()
                                + "; set the clocks, unless somebody repeats what was said before");
    }
}
