package dev.pando.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Looks, after everything has healed, whether each key has one owner that lives, all nodes know it, and none is lost.
public final class SingleOwner {

    /// Checks what lives and what is known.
    ///
    /// @param expected the keys that must not be lost
    /// @param living the owners that live, by key; several of one key are what must not be
    /// @param known whom each node takes for the owner of each key
    /// @param <K> the keys
    /// @param <P> the owners; with `equals`
    public static <K, P> Verdict check(
            Set<K> expected, Map<K, ? extends List<P>> living, Map<String, ? extends Map<K, P>> known) {
        List<String> violations = new ArrayList<>();
        for (K key : expected) {
            if (!living.containsKey(key) || living.get(key).isEmpty()) {
                violations.add(key + " is lost: nobody lives that has it");
            }
        }
        living.forEach((key, owners) -> {
            if (owners.size() > 1) {
                violations.add(key + " has " + owners.size() + " owners: " + owners);
            }
            known.forEach((node, owned) -> {
                Optional<P> seen = Optional.ofNullable(owned.get(key));
                if (owners.size() == 1 && !seen.equals(Optional.of(owners.getFirst()))) {
                    violations.add(node + " takes " + seen.map(Object::toString).orElse("nobody") + " for the owner of "
                            + key + "; it is " + owners.getFirst());
                }
            });
        });
        known.forEach((node, owned) -> owned.forEach((key, owner) -> {
            if (!living.containsKey(key) || living.get(key).isEmpty()) {
                violations.add(node + " takes " + owner + " for the owner of " + key + "; it does not live");
            }
        }));
        return new Verdict(violations);
    }

    private SingleOwner() {}
}
