package io.mooring.controller.link;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/** Takes the caller's token (RFC 6750) out of a call's metadata; calls without one are refused. */
final class BearerToken implements ServerInterceptor {
  static final Context.Key<String> CURRENT = Context.key("bearer-token");

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String SCHEME = "Bearer ";

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String header = headers.get(HEADER);
    if (header == null || !header.startsWith(SCHEME)) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              "the call has no token; set link.token-file of the node plugin"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    String token = header.substring(SCHEME.length()).strip();
    return Contexts.interceptCall(Context.current().withValue(CURRENT, token), call, headers, next);
  }
}
