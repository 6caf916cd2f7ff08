package io.mooring.runtime.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;

/** Refuses callers whose certificate has none of the allowed names. */
final class AllowedClients implements ServerInterceptor {
  private final Set<String> allowed;

  /**
   * @param allowed DNS names or common names; empty admits whoever the authority signed
   */
  AllowedClients(Set<String> allowed) {
    this.allowed = Set.copyOf(allowed);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (allowed.isEmpty()
        || PeerName.of(call.getAttributes()).stream().anyMatch(allowed::contains)) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.PERMISSION_DENIED.withDescription(
            "the client certificate of %s is not among the allowed ones; add its name to tls.allowed-clients"
                .formatted(PeerName.describe(call.getAttributes()))),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
