package dev.pando.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One address of a pod that may run a node.
record Member(String pod, String address, Optional<String> hostname) {

    /// Those in one EndpointSlice that stand for a pod, and have an IP address.
    static Set<Member> of(EndpointSlice slice, boolean notReady) {
        if ("FQDN".equals(slice.getAddressType())) {
            return Set.of();
        }
        return Stream.ofNullable(slice.getEndpoints())
                .flatMap(List::stream)
                .filter(endpoint -> usable(endpoint, notReady))
                .map(endpoint -> new Member(
                        endpoint.getTargetRef().getName(),
                        endpoint.getAddresses().getFirst(),
                        Optional.ofNullable(endpoint.getHostname())))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /// All addresses of a pod that is neither terminating nor at its end.
    static Set<Member> of(Pod pod) {
        PodStatus status = pod.getStatus();
        if (status == null || pod.isMarkedForDeletion() || ended(status)) {
            return Set.of();
        }
        String name = pod.getMetadata().getName();
        Optional<String> hostname = Optional.ofNullable(pod.getSpec()).map(PodSpec::getHostname);
        return Stream.concat(
                        Stream.ofNullable(status.getPodIP()),
                        Stream.ofNullable(status.getPodIPs())
                                .flatMap(List::stream)
                                .map(PodIP::getIp))
                .map(address -> new Member(name, address, hostname))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    boolean ipv6() {
        return address.contains(":");
    }

    /// As in the DNS name of a pod.
    String dashed() {
        return address.replace('.', '-').replace(':', '-');
    }

    /// A condition that is not told counts as the usual one. A service that publishes addresses
    /// before they are ready calls terminating ones ready, too.
    private static boolean usable(Endpoint endpoint, boolean notReady) {
        ObjectReference target = endpoint.getTargetRef();
        Optional<EndpointConditions> conditions = Optional.ofNullable(endpoint.getConditions());
        boolean ready = conditions.map(EndpointConditions::getReady).orElse(true);
        boolean terminating = conditions.map(EndpointConditions::getTerminating).orElse(false);
        return target != null
                && "Pod".equals(target.getKind())
                && !endpoint.getAddresses().isEmpty()
                && !terminating
                && (ready || notReady);
    }

    private static boolean ended(PodStatus status) {
        return "Failed".equals(status.getPhase()) || "Succeeded".equals(status.getPhase());
    }
}
