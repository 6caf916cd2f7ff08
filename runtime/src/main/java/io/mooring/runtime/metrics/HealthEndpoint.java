package io.mooring.runtime.metrics;

import static java.util.Objects.requireNonNull;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain HTTP for Prometheus and for probes: {@code /metrics}; {@code /healthz}, 200 while the
 * process can be reached, else 503 with the reason; {@code /readyz}, 200 when it can serve, else
 * 503 with the reason.
 */
public final class HealthEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);

  private final HttpServer server;
  private final ExecutorService threads;

  private HealthEndpoint(
      HttpServer server,
      Metrics metrics,
      Supplier<Optional<String>> lost,
      Supplier<Optional<String>> notReady) {
    this.server = server;
    this.threads = Executors.newVirtualThreadPerTaskExecutor();
    requireNonNull(lost, "lost is null");
    requireNonNull(notReady, "notReady is null");
    server.setExecutor(threads);
    metrics.level(
        "mooring_ready",
        "1 while the process can serve, as /readyz says.",
        () -> reason(notReady).isEmpty() ? 1 : 0);
    server.createContext("/metrics", new MetricsHandler(metrics.registry()));
    server.createContext("/healthz", exchange -> answer(exchange, "/healthz", reason(lost)));
    server.createContext("/readyz", exchange -> answer(exchange, "/readyz", reason(notReady)));
  }

  /** Of a process whose health is that it lives. */
  public static HealthEndpoint start(
      InetSocketAddress listen, Metrics metrics, Supplier<Optional<String>> notReady) {
    return start(listen, metrics, Optional::empty, notReady);
  }

  /**
   * Begins to serve.
   *
   * @param listen nothing else is bound; port 0 takes a free one
   * @param lost why only a new process can be reached again; empty when all is well; must answer at
   *     once, and not depend on how busy the process is: whoever runs it ends it
   * @param notReady why the process cannot serve now; empty when it can; must answer at once
   * @throws Failure FAILED_PRECONDITION when the address cannot be had
   */
  public static HealthEndpoint start(
      InetSocketAddress listen,
      Metrics metrics,
      Supplier<Optional<String>> lost,
      Supplier<Optional<String>> notReady) {
    HttpServer server;
    try {
      server = HttpServer.create(listen, 0);
    } catch (IOException e) {
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "metrics and probes cannot be served on %s: %s; choose another metrics-listen"
              .formatted(listen, e.getMessage()),
          e);
    }
    HealthEndpoint endpoint = new HealthEndpoint(server, metrics, lost, notReady);
    server.start();
    LOG.info("metrics and probes on {}", server.getAddress());
    return endpoint;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private static Optional<String> reason(Supplier<Optional<String>> trouble) {
    try {
      return trouble.get();
    } catch (RuntimeException e) {
      LOG.warn("it is not known how this process is", e);
      return Optional.of("it is not known how this process is: " + e.getMessage());
    }
  }

  private static void answer(HttpExchange exchange, String path, Optional<String> trouble)
      throws IOException {
    try (exchange) {
      boolean known = exchange.getRequestURI().getPath().equals(path);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!known || !(head || exchange.getRequestMethod().equals("GET"))) {
        exchange.sendResponseHeaders(known ? 405 : 404, -1);
        return;
      }
      byte[] body = (trouble.orElse("ok") + "\n").getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
      exchange.sendResponseHeaders(trouble.isPresent() ? 503 : 200, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
