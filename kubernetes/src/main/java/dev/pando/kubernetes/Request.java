package dev.pando.kubernetes;

import dev.pando.kubernetes.Kubernetes.IpLookupMode;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// What is asked of the API, for those who read that it failed.
record Request(String verb, IpLookupMode lookup, Api api) {

    /// All that is ever asked.
    static final List<String> VERBS = List.of("list", "watch");

    private static final Pattern USER = Pattern.compile("User \"([^\"]+)\"");

    IOException failed(Throwable cause) {
        return new IOException(asked() + ": " + why(cause), cause);
    }

    IOException late(Duration timeout) {
        return new IOException(asked() + ": there is no answer after " + timeout.toMillis()
                + " ms; is the API server overloaded, or does a network policy drop what goes there?");
    }

    private String asked() {
        return "cannot " + verb + " " + lookup.resource + " in namespace " + api.namespace() + " at " + api.master();
    }

    /// The innermost cause that says something.
    private String why(Throwable cause) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable e = cause; e != null; e = e.getCause()) {
            causes.addFirst(e);
        }
        return causes.stream()
                .flatMap(e -> known(e).stream())
                .findFirst()
                .orElseGet(() -> cause + "; is an API server there?");
    }

    private Optional<String> known(Throwable e) {
        return switch (e) {
            case KubernetesClientException answer when answer.getCode() > 0 -> Optional.of(answered(answer));
            case SSLException _ -> Optional.of(untrusted(e));
            case UnknownHostException _, UnresolvedAddressException _ ->
                Optional.of("the host is unknown; is master right, and does DNS work in this pod?");
            case SocketException _ ->
                Optional.of("there is no connection (" + e.getMessage()
                        + "); is master right, and does no network policy forbid it?");
            case HttpTimeoutException _, TimeoutException _ ->
                Optional.of("there is no answer in time; is the API server overloaded?");
            default -> Optional.empty();
        };
    }

    private String answered(KubernetesClientException answer) {
        String text = Optional.ofNullable(answer.getStatus())
                .map(Status::getMessage)
                .orElseGet(() -> String.valueOf(answer.getMessage()));
        return switch (answer.getCode()) {
            case 401 ->
                "401, it does not know who asks; "
                        + (api.account().token().isEmpty()
                                ? "there is no token in " + api.account().tokenFile()
                                : "is the token in " + api.account().tokenFile()
                                        + " of this cluster, and not expired?");
            case 403 -> "403, " + user(text) + " may not; " + grant();
            case 404 ->
                "404, it has no such thing; is master an API server of Kubernetes, 1.21 or later? (" + text + ")";
            default -> answer.getCode() + ", " + text + "; it is asked again, look at the API server when it stays so";
        };
    }

    private String grant() {
        return "give it a Role in namespace " + api.namespace() + " with apiGroups [\"" + lookup.apiGroup
                + "\"], resources [\"" + lookup.resource + "\"], verbs [\"" + String.join("\", \"", VERBS) + "\"]";
    }

    private static String user(String text) {
        Matcher matcher = USER.matcher(text);
        return matcher.find() ? matcher.group(1) : "the service account of this pod";
    }

    private String untrusted(Throwable e) {
        return "the server is not trusted (" + e.getMessage() + "); does "
                + api.account().caFile()
                + " hold the CA of this cluster, and does the certificate name the host in master?";
    }
}
