package dev.pando.core.wire;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The records of one type that were read last, so that equal ones are one object: those of text
/// alone are names as a rule, such as a node's, and come in great numbers with few values. Tables
/// of what was read are smaller by it, and names are equal at first sight.
///
/// Safe for all threads: a record that another thread puts is seen whole, or not yet.
final class LastRead {

    private static final int SIZE = 64;

    private final @Nullable Object[] records = new @Nullable Object[SIZE];

    private LastRead() {}

    /// For a type whose components are text, at least one and nothing else; empty for others.
    static Optional<LastRead> of(List<RecordParts.Component> components) {
        boolean isText =
                !components.isEmpty() && components.stream().allMatch(component -> component.type() == String.class);
        return isText ? Optional.of(new LastRead()) : Optional.empty();
    }

    /// A record that was read before and equals this one, or this one.
    Object equalTo(Object record) {
        int hash = record.hashCode();
        int place = (hash ^ hash >>> 16) & SIZE - 1;
        @Nullable Object known = records[place];
        if (known != null && known.equals(record)) {
            return known;
        }
        records[place] = record;
        return record;
    }
}
