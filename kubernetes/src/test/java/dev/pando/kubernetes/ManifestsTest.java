package dev.pando.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pando.cluster.discovery.Discovery;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The manifests in the examples are what Kubernetes knows, fit each other, and fit the strategy.
final class ManifestsTest {

    private static final Path FOLDER = Path.of("..", "examples", "kubernetes");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Pattern ASKED = Pattern.compile("/apis?/(?:([^/]+)/)?v1/namespaces/[^/]+/([a-z]+)\\?(.*)");

    /// One right, as a Role grants it and a request needs it.
    private record Right(String apiGroup, String resource, String verb) {

        static Stream<Right> granted(PolicyRule rule) {
            return rule.getApiGroups().stream()
                    .flatMap(group -> rule.getResources().stream()
                            .flatMap(resource ->
                                    rule.getVerbs().stream().map(verb -> new Right(group, resource, verb))));
        }

        static Right needed(RecordedRequest request) {
            Matcher matcher = ASKED.matcher(request.getPath());
            assertThat(matcher.matches()).as(request.getPath()).isTrue();
            String group = matcher.group(1) == null ? "" : matcher.group(1);
            return new Right(group, matcher.group(2), matcher.group(3).contains("watch=true") ? "watch" : "list");
        }
    }

    private static List<String> documents() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .flatMap(file -> Arrays.stream(text(file).split("(?m)^---$")))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HasMetadata parsed(String document) {
        HasMetadata object = YAML.unmarshal(document);
        return object;
    }

    private static <T> T only(Class<T> type) throws IOException {
        List<T> found = documents().stream()
                .map(ManifestsTest::parsed)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    @TestFactory
    Stream<DynamicTest> eachManifestIsOfAKnownKindAndHasKnownFieldsOnly() throws IOException {
        return documents().stream().map(document -> {
            HasMetadata object = parsed(document);
            return DynamicTest.dynamicTest(
                    object.getKind() + " " + object.getMetadata().getName(), () -> {
                        assertThat(object).isNotInstanceOf(GenericKubernetesResource.class);
                        assertThat(unknown("", object)).isEmpty();
                    });
        });
    }

    /// Paths of fields that the model keeps aside since it has no place for them.
    private static Set<String> unknown(String path, Object value) throws ReflectiveOperationException {
        Set<String> found = new TreeSet<>();
        if (value instanceof Collection<?> items) {
            for (Object item : items) {
                found.addAll(unknown(path + "[]", item));
            }
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model.")) {
            for (Method getter : value.getClass().getMethods()) {
                if (getter.getName().equals("getAdditionalProperties")) {
                    ((Map<?, ?>) getter.invoke(value)).keySet().forEach(key -> found.add(path + "." + key));
                } else if (getter.getName().startsWith("get")
                        && getter.getParameterCount() == 0
                        && !value.getClass().isEnum()) {
                    found.addAll(unknown(path + "." + getter.getName().substring(3), getter.invoke(value)));
                }
            }
        }
        return found;
    }

    @Test
    void aFieldThatIsNotKnownIsSeen() throws ReflectiveOperationException {
        HasMetadata object = parsed("""
            apiVersion: v1
            kind: Service
            metadata: {name: pando}
            spec: {ports: [{name: node, prot: 7800}], publishNotReady: true}
            """);

        assertThat(unknown("", object)).containsExactly(".Spec.Ports[].prot", ".Spec.publishNotReady");
    }

    @Test
    void theRoleGrantsWhatIsAskedAndNothingElse(@TempDir Path folder) throws Exception {
        try (ApiServer server = ApiServer.http();
                Seats seats = new Seats(folder);
                Discovery discovery = seats.open(seats.strategy(server))) {
            discovery.lookup(Seats.TIMEOUT);
            server.awaitWatch();

            assertThat(only(Role.class).getRules().stream().flatMap(Right::granted))
                    .containsExactlyInAnyOrderElementsOf(
                            server.requests().stream().map(Right::needed).collect(Collectors.toSet()));
        }
    }

    @Test
    void theRoleIsBoundToTheAccountThatThePodsRunAs() throws IOException {
        String account = only(ServiceAccount.class).getMetadata().getName();
        RoleBinding binding = only(RoleBinding.class);

        assertThat(binding.getRoleRef().getName())
                .isEqualTo(only(Role.class).getMetadata().getName());
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getKind()).isEqualTo("ServiceAccount");
            assertThat(subject.getName()).isEqualTo(account);
        });
        assertThat(only(StatefulSet.class).getSpec().getTemplate().getSpec().getServiceAccountName())
                .isEqualTo(account);
    }

    @Test
    void theHeadlessServiceHasThePodsBeforeTheyAreReady() throws IOException {
        Service service = only(Service.class);
        StatefulSet set = only(StatefulSet.class);

        assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
        assertThat(service.getSpec().getPublishNotReadyAddresses()).isTrue();
        assertThat(service.getMetadata().getLabels()).containsEntry("app", "pando");
        assertThat(set.getSpec().getServiceName())
                .isEqualTo(service.getMetadata().getName());
        assertThat(set.getSpec().getTemplate().getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector())
                .containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void thePortsAreThoseOfANodeAndItsFailureDetector() throws IOException {
        Container container = only(StatefulSet.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(container.getPorts())
                .extracting(ContainerPort::getContainerPort)
                .containsExactly(7800, 7900);
        assertThat(only(Service.class).getSpec().getPorts())
                .extracting(ServicePort::getPort)
                .containsExactly(7800, 7900);
    }
}
