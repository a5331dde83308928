package dev.pando.cli;

import dev.pando.cli.ChaosChildrenSnapshot.Life;
import dev.pando.cli.ChaosChildrenSnapshot.Order;
import java.util.Map;
import java.util.Set;

/// What has to be of the children after a fault.
///
/// @param kept processes that must go on, with what they had counted
/// @param living ids that must be lived by someone
/// @param contested those of them that were started on several sides: the oldest must stay
/// @param ended ids that were terminated
/// @param certain nobody may have claimed these ids since; else only older claims must be gone
/// @param unsure ids of starts and ends of which nobody knows whether they were carried out
record ChaosOwed(
        Map<String, Life> kept,
        Set<String> living,
        Set<String> contested,
        Map<String, Order> ended,
        boolean certain,
        Set<String> unsure) {

    ChaosOwed {
        kept = Map.copyOf(kept);
        living = Set.copyOf(living);
        contested = Set.copyOf(contested);
        ended = Map.copyOf(ended);
        unsure = Set.copyOf(unsure);
    }

    /// Whether a process must not live, for the id was terminated after it was claimed.
    boolean isEnded(Life life) {
        Order order = ended.get(life.id());
        return order != null && (certain || life.token().stamp() >> 16 < order.begunMillis());
    }

    boolean isKnown(String id) {
        return living.contains(id) || ended.containsKey(id) || unsure.contains(id);
    }
}
