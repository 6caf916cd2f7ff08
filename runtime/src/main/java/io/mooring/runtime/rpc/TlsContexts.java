package io.mooring.runtime.rpc;

import io.grpc.netty.GrpcSslContexts;
import io.mooring.runtime.failure.Failure;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;

/** TLS 1.3 by the JDK's own implementation. */
final class TlsContexts {
  /**
   * A resumed session is not checked against the authorities and the clock again, so it may only
   * bridge a hiccup of the network.
   */
  private static final int SESSION_SECONDS = 60;

  private TlsContexts() {}

  /** A server that admits only clients with a certificate of the authority. */
  static SslContext mutualServer(TlsFiles files) {
    return server(files, ClientAuth.REQUIRE);
  }

  /** A server whose clients say otherwise who they are. */
  static SslContext server(TlsFiles files) {
    return server(files, ClientAuth.NONE);
  }

  private static SslContext server(TlsFiles files, ClientAuth clients) {
    TlsReloader reloader = new TlsReloader(files);
    return build(
        SslContextBuilder.forServer(new ReloadingKeys(reloader))
            .trustManager(new ReloadingTrust(() -> reloader.current().material().trust()))
            .clientAuth(clients));
  }

  /** A client with a certificate. */
  static SslContext mutualClient(TlsFiles files) {
    TlsReloader reloader = new TlsReloader(files);
    return build(
        SslContextBuilder.forClient()
            .keyManager(new ReloadingKeys(reloader))
            .trustManager(new ReloadingTrust(() -> reloader.current().material().trust())));
  }

  /** A client without one. */
  static SslContext client(Path authority) {
    return build(
        SslContextBuilder.forClient()
            .trustManager(
                new ReloadingTrust(
                    new Reloaded<>(List.of(authority), () -> TlsMaterial.trust(authority)))));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return GrpcSslContexts.configure(builder, SslProvider.JDK)
          .protocols("TLSv1.3")
          .sessionTimeout(SESSION_SECONDS)
          .build();
    } catch (SSLException e) {
      throw Failure.internal("TLS cannot be set up: " + e.getMessage(), e);
    }
  }
}
