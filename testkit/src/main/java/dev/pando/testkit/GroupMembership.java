package dev.pando.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks, after everything has healed, whether each node has the living members of a group, each once, and no others.
public final class GroupMembership {

    /// Checks what nodes list.
    ///
    /// @param living the members that live, on all nodes
    /// @param seen what each node lists
    /// @param <P> the members; with `equals` and `hashCode`
    public static <P> Verdict check(Set<P> living, Map<String, ? extends List<P>> seen) {
        List<String> violations = new ArrayList<>();
        seen.forEach((node, listed) -> {
            Set<P> once = new LinkedHashSet<>();
            Set<P> again = new LinkedHashSet<>();
            for (P member : listed) {
                if (!once.add(member)) {
                    again.add(member);
                }
            }
            living.stream()
                    .filter(member -> !once.contains(member))
                    .forEach(member -> violations.add(node + " misses " + member));
            once.stream()
                    .filter(member -> !living.contains(member))
                    .forEach(member -> violations.add(node + " lists " + member + ", which does not live"));
            again.forEach(member -> violations.add(node + " lists " + member + " more than once"));
        });
        return new Verdict(violations);
    }

    private GroupMembership() {}
}
