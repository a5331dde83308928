package dev.pando.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What several servers have answered to one request, in the order in which they were asked.
///
/// @param replies the answers
/// @param failures why there is no answer from the others
public record MultiReply<R>(Map<Dest, R> replies, Map<Dest, ExitReason> failures) {

    public MultiReply {
        replies = Collections.unmodifiableMap(new LinkedHashMap<>(replies));
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }
}
