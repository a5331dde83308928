package dev.pando.sql;

import dev.pando.core.Token;

/// What became of a writer's token.
public sealed interface Admission {

    /// No higher token was admitted for the key before, and until the transaction ends no other is.
    record Admitted() implements Admission {}

    /// A later holder of the key was admitted before. The writer is a former one, and must not
    /// write.
    ///
    /// @param token the writer's
    /// @param highest the highest one that was admitted
    record Refused(String key, Token token, Token highest) implements Admission {

        @Override
        public String toString() {
            return "'" + key + "' is refused to " + token + ", for it was written under " + highest;
        }
    }
}
