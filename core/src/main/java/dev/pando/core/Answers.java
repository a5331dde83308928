package dev.pando.core;

import dev.pando.core.wire.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a server has answered to requests that bear an id: the latest thousand. Confined to the server.
final class Answers {

    private static final int MAX = 1000;
    /// Of a request that the server has left open.
    private static final Object OPEN = new Object();

    private final Map<Ref, Object> known = new LinkedHashMap<>();

    /// The answer that was given, or why there will be none; empty when the request is new.
    Optional<Outcome> to(Ref request) {
        Object answer = known.get(request);
        return answer == null ? Optional.empty() : Optional.of(new Outcome(answer == OPEN ? null : answer));
    }

    /// @param answer null when it was not the server's step that gave it
    record Outcome(@Nullable Object answer) {}

    void put(Ref request, Object answer) {
        known.put(request, answer);
        if (known.size() > MAX) {
            known.remove(known.keySet().iterator().next());
        }
    }

    void leftOpen(Ref request) {
        put(request, OPEN);
    }

    List<Exported.Answered> export() {
        return known.entrySet().stream()
                .filter(one -> one.getValue() != OPEN)
                .map(one -> new Exported.Answered(one.getKey(), new Payload(one.getValue())))
                .toList();
    }

    void restore(List<Exported.Answered> answers) {
        answers.forEach(one -> put(one.request(), one.answer().value()));
    }
}
