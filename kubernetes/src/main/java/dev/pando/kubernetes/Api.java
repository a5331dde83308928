package dev.pando.kubernetes;

import dev.pando.cluster.discovery.Endpoint;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/// Which API server is asked, as whom, and for which namespace.
record Api(URI master, ServiceAccount account, String namespace, KubernetesClient client) implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);
    /// When the client gives a request up that nobody waits for any more.
    private static final Duration REQUEST = Duration.ofSeconds(15);

    /// @throws IOException when a file of the service account is needed and cannot be read
    static Api of(Kubernetes options, Map<String, String> environment) throws IOException {
        ServiceAccount account = new ServiceAccount(options.serviceAccountPath());
        if (options.master().isEmpty() && !Files.isReadable(account.tokenFile())) {
            throw new IOException("serviceAccountPath: there is no token in " + account.tokenFile()
                    + "; in a pod leave automountServiceAccountToken on, elsewhere give master, such as"
                    + " http://127.0.0.1:8001 for kubectl proxy");
        }
        URI master = options.master().orElseGet(() -> inCluster(environment));
        String namespace = options.namespace().isPresent() ? options.namespace().get() : account.namespace();
        return new Api(master, account, namespace, connect(master, account, namespace));
    }

    /// The address that each pod is given comes first: it needs no DNS.
    static URI inCluster(Map<String, String> environment) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        return host.isBlank()
                ? URI.create("https://kubernetes.default.svc")
                : URI.create("https://" + new Endpoint(host, Integer.parseInt(port)));
    }

    /// Nothing is taken from a user's kubeconfig, and nothing is asked twice: the topology asks
    /// again.
    private static KubernetesClient connect(URI master, ServiceAccount account, String namespace) {
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(master.toString())
                .withNamespace(namespace)
                .withUserAgent("pando")
                .withHttp2Disable(true)
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout((int) CONNECT.toMillis())
                .withRequestTimeout((int) REQUEST.toMillis());
        if ("https".equals(master.getScheme())) {
            config = config.withOauthTokenProvider(account::token);
            if (Files.isReadable(account.caFile())) {
                config = config.withCaCertFile(account.caFile().toString());
            }
        }
        return new KubernetesClientBuilder()
                .withConfig(config.build())
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}
