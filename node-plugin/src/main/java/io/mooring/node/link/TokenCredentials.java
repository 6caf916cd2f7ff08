package io.mooring.node.link;

import static java.util.Objects.requireNonNull;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/** The token of a file, as it is at the moment of the call. */
final class TokenCredentials extends CallCredentials {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Path file;

  TokenCredentials(Path file) {
    this.file = requireNonNull(file, "file is null");
  }

  @Override
  public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
    executor.execute(() -> apply(applier));
  }

  private void apply(MetadataApplier applier) {
    try {
      Metadata metadata = new Metadata();
      metadata.put(HEADER, "Bearer " + Files.readString(file, StandardCharsets.US_ASCII).strip());
      applier.apply(metadata);
    } catch (IOException e) {
      applier.fail(
          Status.UNAUTHENTICATED.withDescription(
              "the token file %s cannot be read (%s); set link.token-file"
                  .formatted(file, e.getClass().getSimpleName())));
    }
  }
}
