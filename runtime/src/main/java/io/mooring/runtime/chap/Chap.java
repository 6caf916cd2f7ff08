package io.mooring.runtime.chap;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.util.regex.Pattern;

/**
 * The pair of secrets between one node and its targets. It is checked when it is made, and tells
 * its secrets to nobody who prints it.
 *
 * @param user what the node calls itself
 * @param password how it proves that, 12 to 255 characters
 * @param mutualUser what a target calls itself; empty when targets prove nothing
 * @param mutualPassword how it proves that; never the node's own password
 * @param revision goes up with every change, from 1: of two pairs the higher one counts
 */
public record Chap(
    String user, String password, String mutualUser, String mutualPassword, long revision) {
  /** The kernel and open-iscsi keep each in 256 bytes with a zero at the end. */
  private static final int LONGEST = 255;

  /** RFC 7143 12.1.4 asks for 96 random bits where nothing else protects the exchange. */
  private static final int SHORTEST_PASSWORD = 12;

  /** What means the same in configfs, in a record of open-iscsi and in JSON. */
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9+/=._:@~-]+");

  /** By a value that begins so, configfs takes a secret away. */
  private static final String NO_VALUE = "NULL";

  public Chap {
    requireNonNull(user, "user is null");
    requireNonNull(password, "password is null");
    requireNonNull(mutualUser, "mutualUser is null");
    requireNonNull(mutualPassword, "mutualPassword is null");
    if (revision < 1) {
      throw Failure.invalidArgument("the CHAP revision is " + revision + "; count from 1");
    }
    check("CHAP user", user, 1);
    check("CHAP password", password, SHORTEST_PASSWORD);
    if (mutualUser.isEmpty() != mutualPassword.isEmpty()) {
      throw Failure.invalidArgument(
          "mutual CHAP has only one of user and password; give both, or none for CHAP in one direction");
    }
    if (!mutualUser.isEmpty()) {
      check("mutual CHAP user", mutualUser, 1);
      check("mutual CHAP password", mutualPassword, SHORTEST_PASSWORD);
      if (user.equals(mutualUser) || password.equals(mutualPassword)) {
        throw Failure.invalidArgument(
            "CHAP and mutual CHAP have the same user or password, with which a stranger could answer"
                + " a question by asking it back (RFC 7143 12.1.3); give each its own");
      }
    }
  }

  /** The sentence names the field and never the value. */
  private static void check(String field, String value, int shortest) {
    if (value.length() < shortest || value.length() > LONGEST) {
      throw Failure.invalidArgument(
          "the %s has %d characters; use %d to %d"
              .formatted(field, value.length(), shortest, LONGEST));
    }
    if (!TEXT.matcher(value).matches() || value.startsWith(NO_VALUE)) {
      throw Failure.invalidArgument(
          "the %s cannot be used; use letters, digits and + / = . _ : @ ~ -, and do not begin with NULL"
              .formatted(field));
    }
  }

  /** Whether targets prove who they are, too. */
  public boolean mutual() {
    return !mutualUser.isEmpty();
  }

  @Override
  public String toString() {
    return "CHAP revision " + revision;
  }
}
