package dev.pando.horde;

import dev.pando.core.Pid;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The names that can be found, of all logs that count. Changed by the server alone – but for [#ended] – and read
/// by all.
interface NameIndex {

    /// Claims of one key that cannot all stay.
    record Contest(Grant winner, List<Grant> losers) {}

    /// Is told, by the server, of names that can be found, and then cannot be any more.
    interface Watch {
        void came(Grant grant);

        void went(Grant grant);
    }

    /// Whether the holder of a key is given the values of those that have lost it.
    boolean merges();

    /// Whether the first of two claims of one key stays.
    boolean beats(Grant claim, Grant other);

    /// Adds a name; says who stays when there are several claims of the key, and only one can.
    Optional<Contest> add(Grant grant);

    /// Takes a name out; nothing happens when it is not there.
    void remove(Grant grant);

    /// Puts a claim in the place of the same one with another value.
    void replace(Grant former, Grant now);

    /// Takes a claim out whose process, of this node, is ending: it is not found any more, whatever the server is
    /// doing. Called by that process.
    ///
    /// @return the claim; empty when it was over
    Optional<Grant> ended(Object key, Pid pid, long stamp);

    /// A claim that [#ended] has taken out and the server has not, where others of the key depend on it.
    Optional<Grant> ending(Object key);

    /// A new server takes over: what is found is as its predecessor left it. What was taken out since is told.
    void restart();

    /// The claim as it is known now.
    @Nullable
    Grant find(NameLog log, Object key, long stamp);

    /// The same claim as it is found now; for all.
    @Nullable
    Grant found(Grant claim);

    /// Those of one log under a key.
    List<Grant> find(NameLog log, Object key);

    /// All that can be found, in no order.
    Stream<Grant> all();

    int size();
}
