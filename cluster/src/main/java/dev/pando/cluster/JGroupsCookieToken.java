package dev.pando.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.security.MessageDigest;
import org.jgroups.Message;
import org.jgroups.auth.AuthToken;

/// Shows the cookie's digest to the member that lets a newcomer in, or merges two groups.
///
/// Public with a public constructor because JGroups makes one of each token it receives.
public final class JGroupsCookieToken extends AuthToken {

    private static final int DIGEST_BYTES = 32;

    private byte[] digest = new byte[DIGEST_BYTES];

    /// For JGroups.
    public JGroupsCookieToken() {}

    JGroupsCookieToken(Cookie cookie) {
        digest = cookie.digest();
    }

    @Override
    public String getName() {
        return JGroupsCookieToken.class.getName();
    }

    @Override
    public int size() {
        return DIGEST_BYTES;
    }

    @Override
    public boolean authenticate(AuthToken token, Message message) {
        return token instanceof JGroupsCookieToken other && MessageDigest.isEqual(digest, other.digest);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        out.write(digest);
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        byte[] read = new byte[DIGEST_BYTES];
        in.readFully(read);
        digest = read;
    }
}
