package io.mooring.node.csi;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.RpcServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the plugin with the kubelet, without a sidecar: a socket in the kubelet's registration
 * directory, which exists only while the plugin can be asked, since the kubelet calls NodeGetInfo
 * as soon as it sees it. A kubelet that starts again reads the directory again.
 */
public final class KubeletRegistration implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KubeletRegistration.class);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(2);
  private static final Duration LAST_ATTEMPT = Duration.ofSeconds(2);

  private final Path socket;
  private final Path endpoint;
  private final CallLog log;
  private final Thread opener;
  private boolean closed;
  private volatile Optional<RpcServer> server = Optional.empty();
  private volatile Optional<String> trouble =
      Optional.of("the kubelet has not registered this node plugin yet");

  /**
   * A registration that begins with {@link #open}.
   *
   * @param socket in the kubelet's registration directory
   * @param endpoint CSI's socket as the kubelet sees it
   */
  public KubeletRegistration(Path socket, Path endpoint, CallLog log) {
    this.socket = requireNonNull(socket, "socket is null");
    this.endpoint = requireNonNull(endpoint, "endpoint is null");
    this.log = requireNonNull(log, "log is null");
    this.opener = Thread.ofPlatform().name("registration").daemon().unstarted(this::untilOpen);
  }

  /** Shows the kubelet the socket, now or as soon as it can be made; called at most once. */
  public synchronized void open() {
    if (!closed) {
      opener.start();
    }
  }

  /** Why the kubelet does not use this plugin; empty when it does. */
  public Optional<String> trouble() {
    return trouble;
  }

  private void untilOpen() {
    while (!attempt()) {
      try {
        TimeUnit.NANOSECONDS.sleep(BETWEEN_ATTEMPTS.toNanos());
      } catch (InterruptedException e) {
        LOG.debug("registration ends", e);
        return;
      }
    }
  }

  private boolean attempt() {
    RpcServer fresh =
        RpcServer.unix(socket, List.of(new KubeletService(endpoint, this::heard)), log);
    try {
      fresh.start();
    } catch (Failure e) {
      fresh.close();
      Optional<String> sentence =
          Optional.of("the kubelet cannot find this plugin: " + e.sentence());
      if (!sentence.equals(trouble)) {
        LOG.warn("{}", sentence.get());
      }
      trouble = sentence;
      return false;
    }
    server = Optional.of(fresh);
    return true;
  }

  /** The kubelet tries again by itself when it has refused. */
  private void heard(Optional<String> complaint) {
    complaint.ifPresentOrElse(
        error -> LOG.error("the kubelet has not registered this plugin: {}", error),
        () -> LOG.info("the kubelet has registered this plugin"));
    trouble = complaint.map(error -> "the kubelet has not registered this node plugin: " + error);
  }

  /** Takes the socket away, which the kubelet understands. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    opener.interrupt();
    try {
      if (opener.isAlive()) {
        opener.join(LAST_ATTEMPT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.ifPresent(RpcServer::close);
  }
}
