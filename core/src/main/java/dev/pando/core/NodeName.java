package dev.pando.core;

/// The name of a node, `name@host`. It identifies; where the node listens is another matter.
///
/// @param name letters, digits, `_`, `-` and `.`; 1 to 64 characters
/// @param host a host name or address; 1 to 255 characters without `@` or blanks
public record NodeName(String name, String host) implements Comparable<NodeName> {

    public NodeName {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    "node name '" + name + "': use 1 to 64 of the characters a-z A-Z 0-9 _ - .");
        }
        if (!isHost(host)) {
            throw new IllegalArgumentException("host '" + host + "' of node " + name + ": use a host name or address");
        }
    }

    /// Reads `name@host`, or `name` alone with host `localhost`.
    public static NodeName of(String text) {
        int at = text.indexOf('@');
        return at < 0 ? new NodeName(text, "localhost") : new NodeName(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public int compareTo(NodeName other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : host.compareTo(other.host);
    }

    @Override
    public String toString() {
        return name + "@" + host;
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || name.length() > 64) {
            return false;
        }
        // No stream: each pid that comes from another node passes here.
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c < 128 && Character.isLetterOrDigit(c)) || c == '_' || c == '-' || c == '.')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHost(String host) {
        if (host.isEmpty() || host.length() > 255) {
            return false;
        }
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '@' || Character.isWhitespace(c)) {
                return false;
            }
        }
        return true;
    }
}
