package io.mooring.controller.node;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.Properties;
import java.util.Set;

/**
 * Tokens from a properties file of lines {@code <node name>=<token>}, for sites without Kubernetes.
 * It is read at each question: nodes seldom call, and a token that was taken out is dead at once.
 */
public final class TokensFile implements NodeTokens {
  private static final int SHORTEST = 32;

  private final Path file;

  public TokensFile(Path file) {
    this.file = requireNonNull(file, "file is null");
  }

  @Override
  public String nodeOf(String token) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    Properties tokens = read();
    String node = null;
    for (String name : tokens.stringPropertyNames()) {
      byte[] known = tokens.getProperty(name).strip().getBytes(StandardCharsets.UTF_8);
      // All are compared, in constant time, so that the time tells nothing.
      if (MessageDigest.isEqual(known, given) && known.length >= SHORTEST) {
        node = name;
      }
    }
    if (node == null) {
      throw new Failure(
          Kind.PERMISSION_DENIED,
          "the token is no node's; put the node's token, at least %d characters, into %s"
              .formatted(SHORTEST, file));
    }
    return node;
  }

  private Properties read() {
    Properties tokens = new Properties();
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (mode.contains(PosixFilePermission.OTHERS_READ)) {
        throw Failure.unavailable(
            "the tokens file %s can be read by everybody; take that right away, and make new tokens"
                .formatted(file));
      }
      tokens.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
      return tokens;
    } catch (IOException | IllegalArgumentException e) {
      // Not the exception's text: it could quote the file.
      throw Failure.unavailable(
          "the tokens file %s cannot be read (%s); nodes cannot be told apart without it"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }
}
