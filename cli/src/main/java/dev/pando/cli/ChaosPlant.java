package dev.pando.cli;

import java.util.List;
import java.util.Locale;

/// A fault that is built into one node, and must be found.
enum ChaosPlant {
    NONE,
    /// Once it has lost a node, it ends each session that begins again.
    DROP_SESSIONS,
    /// Once it has lost a node, it sends it no message any more, and says that it did.
    DROP_SIGNALS,
    /// Some claims that were refused are taken for granted ones.
    HOLD_UNGRANTED,
    /// Some processes that were granted a name are not known to hold it.
    FORGET_GRANT,
    /// Processes that are told that they have lost their name go on, and do not write it down.
    SWALLOW_CONFLICT,
    /// Each loser is told twice.
    TELL_TWICE,
    /// Some values are not changed, though the node says that they are.
    SKIP_UPDATE,
    /// A listener leaves some notices out.
    MISS_NOTICES,
    /// Some children that are told that another copy stays go on.
    KEEP_LOSER,
    /// A node takes over no child of a node that is lost.
    FORGET_ORPHANS,
    /// A node finds some children where they do not run.
    LIE,
    /// Children begin anew when a node comes back.
    RESET_STATE,
    /// Some children that are terminated go on.
    OUTLIVE_END;

    /// Those of `chaos network`.
    static List<ChaosPlant> ofTalk() {
        return List.of(DROP_SESSIONS, DROP_SIGNALS);
    }

    /// Those of `chaos registry`.
    static List<ChaosPlant> ofNames() {
        return List.of(HOLD_UNGRANTED, FORGET_GRANT, SWALLOW_CONFLICT, TELL_TWICE, SKIP_UPDATE, MISS_NOTICES);
    }

    /// Those of `chaos horde`.
    static List<ChaosPlant> ofChildren() {
        return List.of(KEEP_LOSER, FORGET_ORPHANS, TELL_TWICE, LIE, RESET_STATE, OUTLIVE_END);
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
