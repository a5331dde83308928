package dev.pando.cluster;

import java.io.DataInput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Header;
import org.jgroups.protocols.AuthHeader;

/// The header that carries a cookie, as it may come from the wire. JGroups' own makes an object of whatever class it
/// names, before any authentication.
final class JGroupsAuthHeader extends AuthHeader {

    private static final short BY_NAME = -1;

    @Override
    public Supplier<? extends Header> create() {
        return JGroupsAuthHeader::new;
    }

    @Override
    public void readFrom(DataInput in) throws IOException {
        if (in.readByte() == 0) {
            return;
        }
        short kind = in.readShort();
        if (kind != BY_NAME || !in.readUTF().equals(JGroupsCookieToken.class.getName())) {
            throw new IOException("a token that is not a cookie is not accepted");
        }
        JGroupsCookieToken token = new JGroupsCookieToken();
        token.readFrom(in);
        setToken(token);
    }
}
