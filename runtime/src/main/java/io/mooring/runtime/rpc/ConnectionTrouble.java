package io.mooring.runtime.rpc;

import io.grpc.Status;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a server could not be reached, in words that say what to look at. */
final class ConnectionTrouble {
  private static final String PIPELINE = "\nChannel Pipeline: ";
  private static final String LOST =
      "the connection to it was lost; check that its process runs, and the network between";

  private ConnectionTrouble() {}

  /** The cause of an UNAVAILABLE; the peer's own sentence when it is the peer that said so. */
  static String describe(Status status) {
    for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
      Optional<String> words = words(cause);
      if (words.isPresent()) {
        return words.get();
      }
    }
    String said = status.getDescription();
    if (said == null) {
      return "it cannot be reached; try again";
    }
    // gRPC's own words about its connection; a peer says one sentence.
    return said.contains(PIPELINE) ? LOST : said;
  }

  private static Optional<String> words(Throwable cause) {
    return Optional.ofNullable(
        switch (cause) {
          case ConnectTimeoutException _ ->
              "no answer to the connection; check its address, the network and its firewall";
          case NoRouteToHostException _ -> "there is no route to its host; check the network";
          case ConnectException _ ->
              "it refuses the connection; check that its process runs and listens there";
          case UnknownHostException _ -> "its host name is not known; check the address and DNS";
          case NotSslRecordException _ -> "it does not speak TLS; check the port";
          case CertificateException e ->
              "its certificate is not acceptable (%s); check its name, its date and tls.authority"
                  .formatted(e.getMessage());
          case SSLException e -> alert(e);
          case IOException _ -> LOST;
          default -> null;
        });
  }

  private static @Nullable String alert(SSLException e) {
    String message = e.getMessage();
    return message != null && message.contains("Received fatal alert")
        ? "it refuses our certificate (%s); check tls.certificate and the authority that it trusts"
            .formatted(message)
        : null;
  }
}
