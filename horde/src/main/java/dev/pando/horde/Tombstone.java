package dev.pando.horde;

import dev.pando.core.NodeName;
import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.Optional;

/// Something was given up on purpose.
sealed interface Tombstone {

    Payload key();

    /// When, and by which node.
    Token at();

    /// Whether a claim of the same key is over.
    boolean covers(Claim claim);

    /// What it replaces, when it is the later one, or is replaced by.
    Grave grave();

    /// A key was given up for all nodes. Wins over every claim that is older.
    record Ended(Payload key, Token at) implements Tombstone {
        @Override
        public boolean covers(Claim claim) {
            return claim.token().stamp() < at.stamp();
        }

        @Override
        public Grave grave() {
            return Grave.of(key);
        }
    }

    /// A node has given up its own claim of a key. The claims of others stand.
    record Withdrawn(Payload key, Token at) implements Tombstone {
        @Override
        public boolean covers(Claim claim) {
            return claim.isOf(at.node(), at.incarnation()) && claim.token().stamp() < at.stamp();
        }

        @Override
        public Grave grave() {
            return Grave.of(key, at);
        }
    }

    /// A place for one tombstone.
    record Grave(Payload key, Optional<NodeName> node, long incarnation) {
        static Grave of(Payload key) {
            return new Grave(key, Optional.empty(), 0);
        }

        static Grave of(Payload key, Token token) {
            return new Grave(key, Optional.of(token.node()), token.incarnation());
        }
    }
}
