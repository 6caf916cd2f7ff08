package io.mooring.controller.chap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Secrets of every node from one key: whoever has the key can compute them, and nobody can compute
 * those of one node from those of another. So nothing has to be kept for each node.
 *
 * @param revision another one gives other secrets
 * @param key at least 32 random characters
 */
record DerivedSecrets(long revision, String key) {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST_KEY = 32;

  DerivedSecrets {
    if (revision < 1) {
      throw Failure.invalidArgument("the CHAP revision is " + revision + "; count from 1");
    }
    if (key.length() < SHORTEST_KEY) {
      throw Failure.invalidArgument(
          "the key of derived CHAP secrets has %d characters; use at least %d random ones"
              .formatted(key.length(), SHORTEST_KEY));
    }
  }

  /** The pair of that node. */
  Chap of(String node) {
    return new Chap("node", secret("node", node), "target", secret("target", node), revision);
  }

  private String secret(String side, String node) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), ALGORITHM));
      // No node's name has a line feed: two inputs are never the same.
      byte[] input = "mooring chap\n%s\n%d\n%s".formatted(side, revision, node).getBytes(UTF_8);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(input));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "derived CHAP secrets of revision " + revision;
  }
}
