package io.mooring.runtime.rpc;

import io.grpc.netty.GrpcSslContexts;
import io.mooring.runtime.failure.Failure;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;

/** TLS 1.3 with certificates on both sides, by the JDK's own implementation. */
final class MutualTls {
  /**
   * A resumed session is not checked against the authorities and the clock again, so it may only
   * bridge a hiccup of the network.
   */
  private static final int SESSION_SECONDS = 60;

  private MutualTls() {}

  static SslContext server(TlsFiles files) {
    TlsReloader reloader = new TlsReloader(files);
    return build(
        SslContextBuilder.forServer(new ReloadingKeys(reloader))
            .trustManager(new ReloadingTrust(reloader))
            .clientAuth(ClientAuth.REQUIRE));
  }

  static SslContext client(TlsFiles files) {
    TlsReloader reloader = new TlsReloader(files);
    return build(
        SslContextBuilder.forClient()
            .keyManager(new ReloadingKeys(reloader))
            .trustManager(new ReloadingTrust(reloader)));
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
