package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Tells with each answer when the certificate ends that the server has shown. */
final class PeerCertificate implements ClientInterceptor {
  private final Consumer<Instant> ends;

  PeerCertificate(Consumer<Instant> ends) {
    this.ends = requireNonNull(ends, "ends is null");
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onHeaders(Metadata answer) {
                look(getAttributes());
                super.onHeaders(answer);
              }
            },
            headers);
      }
    };
  }

  private void look(Attributes connection) {
    SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      return;
    }
    try {
      List<X509Certificate> chain =
          Arrays.stream(session.getPeerCertificates())
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .toList();
      if (!chain.isEmpty()) {
        ends.accept(CertificateEnd.of(chain));
      }
    } catch (SSLPeerUnverifiedException _) {
      // The handshake would have failed: nothing is known, and nothing is said.
    }
  }
}
