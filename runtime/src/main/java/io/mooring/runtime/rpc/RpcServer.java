package io.mooring.runtime.rpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gRPC server on a Unix socket or on TCP with mutual TLS, with the standard health service
 * (grpc.health.v1) beside the given ones. Calls run on virtual threads. Each call is logged once.
 */
public final class RpcServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RpcServer.class);

  private static final int MAX_INBOUND_BYTES = 4 * 1024 * 1024;
  private static final int MAX_CALLS_PER_CONNECTION = 256;
  private static final Duration LAST_CALLS = Duration.ofSeconds(10);
  private static final Duration AFTER_THAT = Duration.ofSeconds(2);

  private final SocketAddress address;
  private final Optional<UnixSocket> socket;
  private final EventLoopGroup loop;
  private final ExecutorService calls;
  private final HealthStatusManager health;
  private final Server server;
  private volatile Optional<Object> socketIdentity = Optional.empty();

  private RpcServer(
      SocketAddress address,
      Optional<UnixSocket> socket,
      EventLoopGroup loop,
      NettyServerBuilder builder,
      List<BindableService> services,
      CallLog log) {
    this.address = address;
    this.socket = socket;
    this.loop = loop;
    this.calls = Executors.newVirtualThreadPerTaskExecutor();
    this.health = new HealthStatusManager();
    builder
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .executor(calls)
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
        // The last interceptor is the outermost: refused calls are logged, too.
        .intercept(log)
        .addService(health.getHealthService());
    services.forEach(builder::addService);
    this.server = builder.build();
  }

  /**
   * A server on a Unix socket that only the owner of the process can reach (mode 0600).
   *
   * @param socket its directory is made if missing; a stale socket is replaced at {@link #start}
   */
  public static RpcServer unix(Path socket, List<BindableService> services, CallLog log) {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket.toAbsolutePath());
    return new RpcServer(
        address,
        Optional.of(new UnixSocket(socket)),
        EventLoops.start("rpc-server"),
        NettyServerBuilder.forAddress(address).channelType(NioServerDomainSocketChannel.class),
        services,
        log);
  }

  /**
   * A server on TCP that admits clients with a certificate of our authority only, TLS 1.3. Each day
   * clients connect anew, so that both sides' certificates are those of today; calls go on.
   *
   * @param listen port 0 takes a free one
   * @param allowedClients DNS names (or common names) in the certificates of those who may call;
   *     empty admits every certificate of the authority
   * @throws Failure FAILED_PRECONDITION when the TLS files cannot be used
   */
  public static RpcServer mutualTls(
      InetSocketAddress listen,
      TlsFiles files,
      Set<String> allowedClients,
      List<BindableService> services,
      CallLog log) {
    return tcp(
        listen,
        TlsContexts.mutualServer(files),
        builder ->
            builder
                .maxConnectionAge(1, TimeUnit.DAYS)
                .intercept(new AllowedClients(allowedClients)),
        services,
        log);
  }

  /**
   * A server on TCP with TLS 1.3 for clients without a certificate: its services must ask for
   * something else. Connections end after a while, so that clients prove again who they are and
   * spread anew over servers of one name.
   *
   * @param listen port 0 takes a free one
   * @param connectionLife about how long a connection lasts; calls on it are then cancelled
   * @throws Failure FAILED_PRECONDITION when the TLS files cannot be used
   */
  public static RpcServer tls(
      InetSocketAddress listen,
      TlsFiles files,
      Duration connectionLife,
      List<BindableService> services,
      CallLog log) {
    return tcp(
        listen,
        TlsContexts.server(files),
        builder ->
            builder
                .maxConnectionAge(connectionLife.toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionAgeGrace(AFTER_THAT.toMillis(), TimeUnit.MILLISECONDS),
        services,
        log);
  }

  private static RpcServer tcp(
      InetSocketAddress listen,
      SslContext context,
      UnaryOperator<NettyServerBuilder> extras,
      List<BindableService> services,
      CallLog log) {
    return new RpcServer(
        listen,
        Optional.empty(),
        EventLoops.start("rpc-server"),
        extras.apply(
            NettyServerBuilder.forAddress(listen)
                .channelType(NioServerSocketChannel.class)
                .sslContext(context)
                .handshakeTimeout(10, TimeUnit.SECONDS)
                // Clients ping each 30 s (Channels); we find out ourselves about those that are
                // gone.
                .permitKeepAliveTime(20, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .keepAliveTime(60, TimeUnit.SECONDS)),
        services,
        log);
  }

  /**
   * Begins to serve.
   *
   * @throws Failure FAILED_PRECONDITION when another process serves there or the address cannot be
   *     had
   */
  public RpcServer start() {
    socket.ifPresent(UnixSocket::claim);
    try {
      server.start();
      if (socket.isPresent()) {
        socket.get().restrict();
        socketIdentity = socket.get().identity();
      }
    } catch (IOException e) {
      close();
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "could not listen on %s: %s; check the address and whether another process has it"
              .formatted(address, rootCause(e).getMessage()),
          e);
    }
    LOG.info("serving on {}", socket.isPresent() ? address : server.getListenSockets());
    return this;
  }

  /** Why nobody reaches it any more, though it runs; empty when all is well. */
  public Optional<String> trouble() {
    return socket
        .filter(_ -> socketIdentity.isPresent())
        .filter(file -> !socketIdentity.equals(file.identity()))
        .map(file ->
            "somebody has removed the socket %s or put another in its place; start this process anew"
                .formatted(file));
  }

  /** The TCP port; -1 for a Unix socket. */
  public int port() {
    return server.getPort();
  }

  /**
   * Stops: no new calls, up to 10 s for those under way, then they are cancelled. Removes the
   * socket.
   */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(LAST_CALLS.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("calls still under way after {} s are cancelled", LAST_CALLS.toSeconds());
        server.shutdownNow();
        server.awaitTermination(AFTER_THAT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    calls.shutdownNow();
    EventLoops.end(loop);
    socket.ifPresent(file -> file.remove(socketIdentity));
  }

  private static Throwable rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
