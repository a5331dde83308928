package dev.pando.horde;

import dev.pando.core.Token;
import dev.pando.core.wire.Payload;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Values that belong to a registry as a whole, the same on all nodes. Of two that are put under one key the later
/// one stays, by its token; a deletion is one that has no value. Changed by the server alone, read by all.
final class MetaTable {

    private final ConcurrentHashMap<Object, Meta> metas = new ConcurrentHashMap<>();

    /// @param value absent when it is deleted
    record Meta(Payload key, Optional<Payload> value, Token token) {}

    Optional<Object> get(Object key) {
        return Optional.ofNullable(metas.get(key)).flatMap(Meta::value).map(Payload::value);
    }

    /// The stamp that the next value of a key has to come after.
    long lastStamp(Object key) {
        @Nullable Meta known = metas.get(key);
        return known == null ? 0 : known.token().stamp();
    }

    /// Takes a value in; `false` when there is a later one.
    boolean put(Meta meta) {
        Object key = meta.key().value();
        Meta known = metas.get(key);
        boolean later = known == null || meta.token().compareTo(known.token()) > 0;
        if (later) {
            metas.put(key, meta);
        }
        return later;
    }

    Collection<Meta> all() {
        return List.copyOf(metas.values());
    }

    /// Drops what was deleted before a stamp.
    void forget(long before) {
        metas.values().removeIf(meta -> meta.value().isEmpty() && meta.token().stamp() < before);
    }
}
