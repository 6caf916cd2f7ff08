package io.mooring.runtime.rpc;

import io.grpc.Context;
import io.grpc.Status;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exception that nobody foresaw: the caller gets a number, the log gets the stack under it. */
final class Incident {
  private static final Logger LOG = LoggerFactory.getLogger(Incident.class);

  /** The process's name, for the caller who has to find its log. */
  static final Context.Key<String> PROCESS =
      Context.keyWithDefault("mooring-process", "this process");

  private Incident() {}

  static Status status(Throwable thrown) {
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    LOG.error("incident {}", id, thrown);
    return Status.INTERNAL.withDescription(
        "unexpected error, incident %s; see the log of %s".formatted(id, PROCESS.get()));
  }
}
