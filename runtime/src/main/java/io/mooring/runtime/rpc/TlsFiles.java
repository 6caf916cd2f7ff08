package io.mooring.runtime.rpc;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * Who we are and whom we believe, as PEM files. They are read again when they change, at the next
 * connection: certificates get renewed under a running process.
 *
 * @param certificate our certificate, followed by intermediate ones if there are any
 * @param privateKey its key, PKCS#8 without a password ({@code BEGIN PRIVATE KEY})
 * @param authority the certificates of the authorities that peers must be signed by
 */
public record TlsFiles(Path certificate, Path privateKey, Path authority) {
  public TlsFiles {
    requireNonNull(certificate, "certificate is null");
    requireNonNull(privateKey, "private key is null");
    requireNonNull(authority, "authority is null");
  }

  List<Path> all() {
    return List.of(certificate, privateKey, authority);
  }
}
