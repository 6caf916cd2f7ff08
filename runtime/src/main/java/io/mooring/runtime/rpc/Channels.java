package io.mooring.runtime.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Connections to servers. They are made at the first call; a call never waits for a server that
 * cannot be reached, and is never repeated in secret.
 */
public final class Channels {
  private static final int CONNECT_MILLIS = 3_000;

  private Channels() {}

  /** To a server on a Unix socket. */
  public static ManagedChannel unix(Path socket) {
    EventLoopGroup loop = EventLoops.start("rpc-client");
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket.toAbsolutePath()))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .overrideAuthority("localhost")
            .usePlaintext()
            .disableRetry()
            .build();
    return new ReachingChannel(channel, () -> EventLoops.end(loop));
  }

  /**
   * To a server on TCP with mutual TLS 1.3. Finds out within 40 s that the server's host is gone.
   *
   * @param hostPort {@code host:port}; an IPv6 address stands in brackets
   * @param expectedServerName the DNS name that the server's certificate must have, whatever the
   *     host is called
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when the TLS files cannot be
   *     used
   */
  public static ManagedChannel mutualTls(
      String hostPort, TlsFiles files, String expectedServerName) {
    return mutualTls(hostPort, files, expectedServerName, _ -> {});
  }

  /**
   * The same, of which is told when the server's certificate ends.
   *
   * @param serverEnds told with each answer of the server; must not wait
   */
  public static ManagedChannel mutualTls(
      String hostPort, TlsFiles files, String expectedServerName, Consumer<Instant> serverEnds) {
    return tls(hostPort, TlsContexts.mutualClient(files), expectedServerName, serverEnds);
  }

  /**
   * To a server on TCP that knows its clients by something else than a certificate; TLS 1.3.
   *
   * @param hostPort {@code host:port}; an IPv6 address stands in brackets
   * @param authority PEM file with the authorities that the server's certificate must be signed by
   * @param expectedServerName the DNS name that the server's certificate must have
   * @throws io.mooring.runtime.failure.Failure FAILED_PRECONDITION when the file cannot be used
   */
  public static ManagedChannel tls(String hostPort, Path authority, String expectedServerName) {
    return tls(hostPort, TlsContexts.client(authority), expectedServerName, _ -> {});
  }

  private static ManagedChannel tls(
      String hostPort, SslContext context, String serverName, Consumer<Instant> serverEnds) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + hostPort)
            .sslContext(context)
            .overrideAuthority(serverName)
            .intercept(new PeerCertificate(serverEnds))
            .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(true)
            .disableRetry()
            .build();
    return new ReachingChannel(channel, () -> {});
  }
}
