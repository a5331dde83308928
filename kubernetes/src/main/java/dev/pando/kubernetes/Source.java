package dev.pando.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// One kind of object that members are read from.
record Source<T extends HasMetadata>(
        Function<ListOptions, List<T>> list,
        BiFunction<ListOptions, Watcher<T>, Watch> watch,
        Function<T, Set<Member>> members) {

    static Source<EndpointSlice> slices(Api api, boolean notReady) {
        var slices = api.client().discovery().v1().endpointSlices().inNamespace(api.namespace());
        return new Source<>(
                options -> slices.list(options).getItems(), slices::watch, slice -> Member.of(slice, notReady));
    }

    static Source<Pod> pods(Api api) {
        var pods = api.client().pods().inNamespace(api.namespace());
        return new Source<>(options -> pods.list(options).getItems(), pods::watch, Member::of);
    }
}
