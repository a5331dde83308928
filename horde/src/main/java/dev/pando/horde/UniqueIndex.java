package dev.pando.horde;

import dev.pando.core.Pid;
import dev.pando.core.RegistryEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One holder for each key. Where there are several claims, the one that is to stay is found.
final class UniqueIndex implements NameIndex {

    private static final Logger log = LoggerFactory.getLogger(HordeRegistry.class);

    private final ConflictPolicy policy;
    private final Watch watch;
    private final ConcurrentHashMap<Object, Grant> holders = new ConcurrentHashMap<>();
    /// All claims of the keys that have more than one, the older ones first.
    private final Map<Object, List<Grant>> contested = new HashMap<>();
    /// What processes have taken out as they ended, until the server does.
    private final ConcurrentHashMap<Object, Grant> ending = new ConcurrentHashMap<>();

    UniqueIndex(ConflictPolicy policy, Watch watch) {
        this.policy = policy;
        this.watch = watch;
    }

    @Nullable
    Grant holder(Object key) {
        return holders.get(key);
    }

    @Override
    public boolean merges() {
        return !(policy instanceof KnownPolicy);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean beats(Grant claim, Grant other) {
        boolean older = claim.token().compareTo(other.token()) < 0;
        return (older ? stays(claim, other) : stays(other, claim)) == claim;
    }

    @Override
    public Optional<Contest> add(Grant grant) {
        List<Grant> claims = contested.get(grant.key);
        if (claims == null) {
            Grant holder = holders.get(grant.key);
            if (holder == null) {
                ending(grant.key).ifPresent(this::went);
                put(grant);
                return Optional.empty();
            }
            claims = new ArrayList<>(List.of(holder));
            contested.put(grant.key, claims);
        }
        claims.add(grant);
        claims.sort(Comparator.comparing(Grant::token));
        List<Grant> all = claims;
        return settle(grant.key, claims)
                .map(winner -> new Contest(
                        winner, all.stream().filter(claim -> claim != winner).toList()));
    }

    @Override
    public void remove(Grant grant) {
        List<Grant> claims = contested.get(grant.key);
        holders.remove(grant.key, grant);
        ending.remove(grant.key, grant);
        went(grant);
        if (claims != null && claims.remove(grant)) {
            settle(grant.key, claims);
        }
    }

    @Override
    public void replace(Grant former, Grant now) {
        List<Grant> claims = contested.get(former.key);
        if (claims != null) {
            claims.replaceAll(claim -> claim == former ? now : claim);
        }
        holders.replace(former.key, former, now);
    }

    @Override
    public Optional<Grant> ended(Object key, Pid pid, long stamp) {
        Grant holder = holders.get(key);
        while (holder != null && holder.isClaim(pid, stamp)) {
            // The server may be giving it another value. Whoever finds no holder finds what is ending.
            holder.end();
            ending.put(key, holder);
            if (holders.remove(key, holder)) {
                return Optional.of(holder);
            }
            ending.remove(key, holder);
            holder = holders.get(key);
        }
        return Optional.empty();
    }

    @Override
    public Optional<Grant> ending(Object key) {
        return Optional.ofNullable(ending.get(key));
    }

    @Override
    public void restart() {
        contested.clear();
        List.copyOf(ending.values()).forEach(this::remove);
    }

    /// Lets the claim be found that is to stay, and returns it.
    private Optional<Grant> settle(Object key, List<Grant> claims) {
        if (claims.size() < 2) {
            contested.remove(key);
        }
        Optional<Grant> winner =
                claims.stream().filter(claim -> !claim.hasEnded()).reduce(this::stays);
        claims.stream().filter(claim -> winner.filter(claim::equals).isEmpty()).forEach(this::went);
        winner.ifPresent(this::put);
        return winner;
    }

    /// A process that ends right now takes its name out before or after this, and not in between.
    private void put(Grant grant) {
        holders.put(grant.key, grant);
        if (grant.hasEnded()) {
            holders.remove(grant.key, grant);
        }
        if (!grant.told) {
            grant.told = true;
            watch.came(grant);
        }
    }

    private void went(Grant grant) {
        if (grant.told) {
            grant.told = false;
            watch.went(grant);
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private Grant stays(Grant older, Grant newer) {
        RegistryEntry one = older.entry();
        RegistryEntry other = newer.entry();
        try {
            RegistryEntry kept = policy.keep(one, other);
            if (kept == one || kept == other) {
                return kept == one ? older : newer;
            }
            log.error("of two claims of '{}' the conflict policy has chosen none: {}", older.key, kept);
        } catch (RuntimeException e) {
            log.error("the conflict policy failed at two claims of '{}'", older.key, e);
        }
        return older;
    }

    @Override
    public @Nullable Grant find(NameLog of, Object key, long stamp) {
        Grant holder = holders.get(key);
        if (holder != null && holder.isClaim(of, stamp)) {
            return holder;
        }
        for (Grant claim : contested.getOrDefault(key, List.of())) {
            if (claim.isClaim(of, stamp)) {
                return claim;
            }
        }
        return null;
    }

    @Override
    public @Nullable Grant found(Grant claim) {
        Grant holder = holders.get(claim.key);
        return holder != null && holder.isClaim(claim.log, claim.stamp) ? holder : null;
    }

    @Override
    public List<Grant> find(NameLog of, Object key) {
        List<Grant> claims = contested.get(key);
        if (claims != null) {
            return claims.stream().filter(claim -> claim.log == of).toList();
        }
        Grant holder = holders.get(key);
        return holder != null && holder.log == of ? List.of(holder) : List.of();
    }

    @Override
    public Stream<Grant> all() {
        return holders.values().stream();
    }

    @Override
    public int size() {
        return holders.size();
    }
}
