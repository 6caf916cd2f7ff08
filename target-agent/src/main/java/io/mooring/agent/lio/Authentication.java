package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a portal group demands at login. Sessions that are there go on whatever changes here. Only
 * root can read the secrets back, though their files look readable to all.
 */
final class Authentication {
  /** Takes a secret away; the kernel shows it afterwards. */
  private static final String NO_VALUE = "NULL";

  private final ConfigFs fs;

  Authentication(ConfigFs fs) {
    this.fs = requireNonNull(fs, "fs is null");
  }

  /**
   * First the secrets, then the demand: a group that demands nothing yet never demands what it does
   * not know, and one that does goes on demanding. When it ends the secrets stay, since the kernel
   * still asks for them who offers CHAP: a session of before can log in again.
   */
  void set(String group, String acl, Optional<Chap> chap) {
    chap.ifPresent(secrets -> {
      attributes(secrets).forEach((name, value) -> write(acl + "/auth/" + name, value));
      FailPoints.pass("agent.chap.after-secrets");
    });
    Attributes.set(fs, group + "/attrib/authentication", chap.isPresent() ? "1" : "0");
  }

  private static Map<String, String> attributes(Chap chap) {
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put("userid", chap.user());
    attributes.put("password", chap.password());
    attributes.put("userid_mutual", chap.mutual() ? chap.mutualUser() : NO_VALUE);
    attributes.put("password_mutual", chap.mutual() ? chap.mutualPassword() : NO_VALUE);
    return attributes;
  }

  private void write(String attribute, String value) {
    if (!is(attribute, value)) {
      fs.writeSecret(attribute, value);
      if (!is(attribute, value)) {
        throw Failure.internal(
            "%s does not hold what was written; the kernel log of this host says more"
                .formatted(fs.absolute(attribute)));
      }
    }
  }

  private boolean is(String attribute, String value) {
    String found = fs.read(attribute);
    return found.equals(value) || (value.equals(NO_VALUE) && found.isEmpty());
  }
}
