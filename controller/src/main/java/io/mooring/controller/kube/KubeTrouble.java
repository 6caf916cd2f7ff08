package io.mooring.controller.kube;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.net.HttpURLConnection;

/** What the API server's refusals and silences mean. */
final class KubeTrouble {
  private KubeTrouble() {}

  /** Somebody else was first: the object exists, has changed or has gone. */
  static boolean outrun(KubernetesClientException e) {
    return e.getCode() == HttpURLConnection.HTTP_CONFLICT
        || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
  }

  /**
   * A failure of a call.
   *
   * @param what cannot be done, as the beginning of a sentence
   */
  static Failure failure(String what, KubernetesClientException e) {
    return new Failure(Kind.UNAVAILABLE, what + ": " + reason(e), e);
  }

  /** Why a call failed, with the remedy where there is a usual one. */
  static String reason(Throwable e) {
    return reason(e, "install the controller's roles of this version");
  }

  /**
   * Why a call failed.
   *
   * @param permission what gives the right to it, as an order
   */
  static String reason(Throwable e, String permission) {
    if (e instanceof KubernetesClientException refusal && refusal.getCode() > 0) {
      Status status = refusal.getStatus();
      String said = status == null || status.getMessage() == null ? "" : status.getMessage();
      String text = said.isEmpty() ? "HTTP status " + refusal.getCode() : said;
      return refusal.getCode() == HttpURLConnection.HTTP_FORBIDDEN
          ? "the API server forbids it (%s); %s".formatted(text, permission)
          : "the API server refuses it (%s)".formatted(text);
    }
    return "the API server does not answer (%s); it is asked again".formatted(innermost(e));
  }

  private static String innermost(Throwable e) {
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String message = inner.getMessage();
    return message == null ? inner.getClass().getSimpleName() : message;
  }
}
