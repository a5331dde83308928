package dev.pando.kubernetes;

import dev.pando.cluster.discovery.Discovery;
import dev.pando.cluster.discovery.DiscoveryStrategy.Seat;
import dev.pando.cluster.discovery.Endpoint;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.Watcher.Action;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks the API, and is told of changes from the first answer on.
final class KubernetesDiscovery<T extends HasMetadata> implements Discovery {

    private final Kubernetes options;
    private final Seat seat;
    private final Api api;
    private final Source<T> source;

    /// The members of each object in the last answer; what the watch tells is compared with them.
    private volatile Map<String, Set<Member>> known = Map.of();

    private @Nullable Lookout<T> lookout;

    KubernetesDiscovery(Kubernetes options, Seat seat, Api api, Source<T> source) {
        this.options = options;
        this.seat = seat;
        this.api = api;
        this.source = source;
    }

    @Override
    public List<Endpoint> lookup(Duration timeout) throws IOException, InterruptedException {
        Map<String, Set<Member>> found = new TreeMap<>();
        for (T object : list(timeout)) {
            found.put(object.getMetadata().getName(), source.members().apply(object));
        }
        List<Endpoint> endpoints = endpoints(found.values());
        known = found;
        if (lookout == null) {
            lookout = new Lookout<>(
                    seat, request("watch"), watcher -> source.watch().apply(query(), watcher), this::heard);
        }
        return endpoints;
    }

    /// The client has no limit for a single request, so another thread waits for it, and is told
    /// to stop.
    private List<T> list(Duration timeout) throws IOException, InterruptedException {
        ListOptions query = query();
        if (options.useCachedResources()) {
            query.setResourceVersion("0");
        }
        FutureTask<List<T>> task = new FutureTask<>(() -> source.list().apply(query));
        seat.host().scheduler().start("kubernetes-lookup", task);
        try {
            return task.get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw request("list").failed(Optional.ofNullable(e.getCause()).orElse(e));
        } catch (TimeoutException e) {
            throw request("list").late(timeout);
        } finally {
            task.cancel(true);
        }
    }

    private ListOptions query() {
        return new ListOptionsBuilder().withLabelSelector(options.selector()).build();
    }

    private Request request(String verb) {
        return new Request(verb, options.ipLookupMode(), api);
    }

    private List<Endpoint> endpoints(Collection<Set<Member>> found) throws IOException {
        Map<String, Member> pods = new TreeMap<>();
        found.forEach(members -> members.forEach(member -> pods.merge(member.pod(), member, this::better)));
        List<Endpoint> endpoints = pods.values().stream()
                .flatMap(member -> options.host(member, api.namespace()).stream())
                .distinct()
                .map(host -> new Endpoint(host, options.port()))
                .sorted()
                .toList();
        if (endpoints.isEmpty() && !pods.isEmpty()) {
            throw new IOException("mode HOSTNAME: none of the pods " + pods.keySet()
                    + " has a host name; run them in a StatefulSet with serviceName "
                    + options.serviceName().orElse("") + ", or use another mode");
        }
        return endpoints;
    }

    private Member better(Member one, Member other) {
        boolean ipv6 = seat.listens().host().contains(":");
        return one.ipv6() != ipv6 && other.ipv6() == ipv6 ? other : one;
    }

    private void heard(Action action, T object) {
        Set<Member> now = action == Action.DELETED ? Set.of() : source.members().apply(object);
        if (!now.equals(known.getOrDefault(object.getMetadata().getName(), Set.of()))) {
            seat.changed().run();
        }
    }

    @Override
    public void close() {
        if (lookout != null) {
            lookout.close();
        }
        api.close();
    }
}
