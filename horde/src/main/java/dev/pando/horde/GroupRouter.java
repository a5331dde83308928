package dev.pando.horde;

import dev.pando.cluster.Groups;
import dev.pando.core.Call;
import dev.pando.core.Cast;
import dev.pando.core.ExitException;
import dev.pando.core.ExitReason;
import dev.pando.core.Node;
import dev.pando.core.Pid;
import dev.pando.core.Ref;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Takes requests to one member of a process group, the same for equal keys: consistent hashing
/// over the members that this node knows, so that only the keys of a member that comes or goes
/// change theirs. For any thread and any number of callers at once; it is no process.
///
/// Nobody decides about the members but themselves, and each node routes by what it knows: while a
/// member comes or goes, and in a partition, two nodes may send one key to different members. What
/// may be done once only for a key belongs to a child of a [DistributedSupervisor], see [Router].
///
/// @param <K> its text is what is hashed: equal keys have equal texts, on all nodes
public final class GroupRouter<K> {

    private final Node node;
    private final Groups groups;
    private final Function<K, ?> groupOf;
    private final Tries tries;

    private GroupRouter(Node node, Groups groups, Function<K, ?> groupOf, Tries tries) {
        this.node = node;
        this.groups = groups;
        this.groupOf = groupOf;
        this.tries = tries;
    }

    /// A router to the members of one group. A try takes 5 seconds at most.
    ///
    /// @param node the one that the groups are of
    public static <K> GroupRouter<K> byHash(Node node, Groups groups, Object group) {
        return new GroupRouter<>(node, groups, _ -> group, Tries.on(node));
    }

    /// A router to the members of the group that a key belongs to, such as that of its region:
    /// nobody of another region gets its requests, and they fail while there is no member. A try
    /// takes 5 seconds at most.
    ///
    /// @param node the one that the groups are of
    /// @param groupOf the same for equal keys
    public static <K> GroupRouter<K> byRegion(Node node, Groups groups, Function<K, ?> groupOf) {
        return new GroupRouter<>(node, groups, groupOf, Tries.on(node));
    }

    /// The same with another limit for one try: a member that does not answer for so long is asked
    /// again, or who has taken its place.
    public GroupRouter<K> attempt(Duration attempt) {
        return new GroupRouter<>(node, groups, groupOf, tries.each(attempt));
    }

    /// The same, trying again after these reasons too: for members whose failure is not the
    /// request's fault.
    public GroupRouter<K> alsoAfter(Predicate<ExitReason> reasons) {
        return new GroupRouter<>(node, groups, groupOf, tries.alsoAfter(reasons));
    }

    /// The member for a key, as this node knows the group; never leaves the node, never blocks.
    /// Looks at all members.
    public Optional<Pid> lookup(K key) {
        return ConsistentHash.heaviest(String.valueOf(key), groups.members(groupOf.apply(key)));
    }

    /// Sends a request to the member for a key and waits for its answer; when it is gone, or does
    /// not answer in time, to the member that is the key's then. All tries of one request bear the
    /// same id, see [dev.pando.core.Self#requestId]: a member that has handled it does not handle
    /// it twice, but one that took its place does not know of that.
    ///
    /// @throws ExitException with what the last try failed for – `NoProcess` while the group has no
    ///     member – when the time is up or the reason is a matter of the request, such as a crash
    ///     of the member
    /// @throws dev.pando.core.wire.WireException when the request cannot travel
    public <R> R call(K key, Call<R> request, Duration timeout) {
        Ref id = node.newRef();
        return tries.run(timeout, deadline -> node.callOnce(id, member(key), request, deadline.left()));
    }

    /// Sends a message to the member for a key, as [Node#cast] does: there is no promise that it
    /// arrives.
    ///
    /// @return whether the group has a member that it was sent to
    /// @throws dev.pando.core.wire.WireException when the message cannot travel and has to
    public boolean cast(K key, Cast message) {
        Optional<Pid> member = lookup(key);
        member.ifPresent(pid -> node.cast(pid, message));
        return member.isPresent();
    }

    private Pid member(K key) {
        return lookup(key)
                .orElseThrow(
                        () -> new ExitException(new ExitReason.NoProcess("a member of group " + groupOf.apply(key))));
    }
}
