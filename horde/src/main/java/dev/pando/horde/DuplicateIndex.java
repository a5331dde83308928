package dev.pando.horde;

import dev.pando.core.Pid;
import dev.pando.core.Token;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Any number of processes under a key.
final class DuplicateIndex implements NameIndex {

    private final Watch watch;
    private final ConcurrentHashMap<Object, Group> groups = new ConcurrentHashMap<>();
    /// What processes have taken out as they ended, until the server does.
    private final Set<Grant> ending = ConcurrentHashMap.newKeySet();

    /// The claims of one key in the order of their tokens, and the list of them that readers share.
    private static final class Group {
        private final TreeMap<Token, Grant> claims = new TreeMap<>();
        private volatile @Nullable List<Grant> list;

        synchronized void put(Grant grant) {
            claims.put(grant.token(), grant);
            list = null;
        }

        /// Returns whether the group is empty now.
        synchronized boolean remove(Grant grant) {
            Token token = grant.token();
            Grant known = claims.get(token);
            if (known != null && known.log == grant.log) {
                claims.remove(token);
                list = null;
            }
            return claims.isEmpty();
        }

        synchronized void replace(Grant former, Grant now) {
            if (claims.replace(now.token(), former, now)) {
                list = null;
            }
        }

        synchronized Optional<Grant> end(Token token) {
            list = null;
            Optional<Grant> claim = Optional.ofNullable(claims.remove(token));
            claim.ifPresent(Grant::end);
            return claim;
        }

        synchronized boolean isEmpty() {
            return claims.isEmpty();
        }

        synchronized @Nullable Grant get(Token token) {
            return claims.get(token);
        }

        List<Grant> list() {
            List<Grant> known = list;
            return known == null ? newList() : known;
        }

        private synchronized List<Grant> newList() {
            List<Grant> made = List.copyOf(claims.values());
            list = made;
            return made;
        }
    }

    DuplicateIndex(Watch watch) {
        this.watch = watch;
    }

    /// All claims of a key, the older ones first.
    List<Grant> claims(Object key) {
        Group group = groups.get(key);
        return group == null ? List.of() : group.list();
    }

    @Override
    public boolean merges() {
        return false;
    }

    @Override
    public boolean beats(Grant claim, Grant other) {
        return false;
    }

    @Override
    public Optional<Contest> add(Grant grant) {
        groups.compute(grant.key, (_, known) -> {
            Group group = known == null ? new Group() : known;
            group.put(grant);
            return group;
        });
        if (!grant.told) {
            grant.told = true;
            watch.came(grant);
        }
        return Optional.empty();
    }

    @Override
    public void remove(Grant grant) {
        takeOut(grant);
        ending.remove(grant);
        if (grant.told) {
            grant.told = false;
            watch.went(grant);
        }
    }

    private void takeOut(Grant grant) {
        groups.computeIfPresent(grant.key, (_, group) -> group.remove(grant) ? null : group);
    }

    @Override
    public void replace(Grant former, Grant now) {
        Group group = groups.get(former.key);
        if (group != null) {
            group.replace(former, now);
        }
    }

    @Override
    public Optional<Grant> ended(Object key, Pid pid, long stamp) {
        Group group = groups.get(key);
        Token token = new Token(stamp, pid.node(), pid.incarnation());
        Optional<Grant> claim = group == null ? Optional.empty() : group.end(token);
        claim.ifPresent(ending::add);
        groups.computeIfPresent(key, (_, now) -> now.isEmpty() ? null : now);
        return claim;
    }

    @Override
    public Optional<Grant> ending(Object key) {
        return Optional.empty();
    }

    @Override
    public void restart() {
        List.copyOf(ending).forEach(this::remove);
    }

    @Override
    public @Nullable Grant find(NameLog of, Object key, long stamp) {
        Group group = groups.get(key);
        Grant found = group == null ? null : group.get(new Token(stamp, of.server.node(), of.server.incarnation()));
        return found != null && found.log == of ? found : null;
    }

    @Override
    public @Nullable Grant found(Grant claim) {
        return find(claim.log, claim.key, claim.stamp);
    }

    @Override
    public List<Grant> find(NameLog of, Object key) {
        return claims(key).stream().filter(grant -> grant.log == of).toList();
    }

    @Override
    public Stream<Grant> all() {
        return groups.values().stream().map(Group::list).flatMap(Collection::stream);
    }

    @Override
    public int size() {
        return groups.values().stream().mapToInt(group -> group.list().size()).sum();
    }
}
