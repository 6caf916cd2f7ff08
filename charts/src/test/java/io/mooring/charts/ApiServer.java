package io.mooring.charts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * As much of a Kubernetes API as the chart's {@code lookup} asks for: Secrets by name. Helm finds
 * it through the file that KUBECONFIG names, which is one of this build.
 */
final class ApiServer {
  private static final String SECRETS = "/api/v1/namespaces/" + Chart.NAMESPACE + "/secrets/";

  private static final String RESOURCES =
      """
      {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": [
        {"name": "secrets", "singularName": "secret", "namespaced": true, "kind": "Secret", "verbs": ["get"]}]}
      """;

  private static final String NOT_FOUND =
      """
      {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
      """;

  private final Map<String, String> secrets = new ConcurrentHashMap<>();

  private ApiServer() {}

  static ApiServer start() {
    Path config = Path.of(System.getProperty("mooring.kubeconfig", ""));
    if (!config.toString().equals(System.getenv("KUBECONFIG"))) {
      throw new IllegalStateException(
          "KUBECONFIG does not name this build's file, so Helm would ask a real cluster; run these tests with Maven");
    }
    ApiServer api = new ApiServer();
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/", api::answer);
      server.start();
      Files.writeString(config, kubeconfig(server.getAddress().getPort()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return api;
  }

  /** As an installation leaves it. */
  void install(Rendered rendered) {
    rendered
        .all(Secret.class)
        .forEach(secret -> secrets.put(secret.getMetadata().getName(), json(secret)));
  }

  void delete(String secret) {
    secrets.remove(secret);
  }

  /** A cluster without anything. */
  void clear() {
    secrets.clear();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body =
        switch (path) {
          case "/api/v1" -> RESOURCES;
          case String secret when secret.startsWith(SECRETS) ->
              secrets.getOrDefault(secret.substring(SECRETS.length()), NOT_FOUND);
          default -> NOT_FOUND;
        };
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(Objects.equals(body, NOT_FOUND) ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String json(Secret secret) {
    String data =
        secret.getData().entrySet().stream()
            .map(entry -> "\"%s\": \"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", ", "{", "}"));
    return "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"%s\", \"namespace\": \"%s\"}, \"data\": %s}"
        .formatted(secret.getMetadata().getName(), Chart.NAMESPACE, data);
  }

  private static String kubeconfig(int port) {
    return """
    apiVersion: v1
    kind: Config
    clusters: [{name: fake, cluster: {server: 'http://127.0.0.1:%d'}}]
    users: [{name: nobody, user: {}}]
    contexts: [{name: fake, context: {cluster: fake, user: nobody}}]
    current-context: fake
    """
        .formatted(port);
  }
}
