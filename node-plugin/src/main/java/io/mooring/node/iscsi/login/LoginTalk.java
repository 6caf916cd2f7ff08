package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.runtime.chap.Chap;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is said in a login that is to carry no command, in this order (RFC 7143 section 6). */
final class LoginTalk {
  /** A target that has questions of its own asks them once. */
  private static final int MAX_ROUNDS = 4;

  /** A target may insist on each that is missing. */
  private static final Map<String, String> OPERATIONAL_KEYS = operationalKeys();

  /** What a target says of itself, and nobody answers. */
  private static final Set<String> DECLARED =
      Set.of("TargetAlias", "TargetAddress", "TargetPortalGroupTag");

  private static final SecureRandom RANDOM = new SecureRandom();

  private final LoginWire wire;
  private final Session session;
  private final Optional<Chap> chap;

  /**
   * @param session whose name is used
   * @param chap the secrets to be shown; empty where none are asked for
   */
  LoginTalk(LoginWire wire, Session session, Optional<Chap> chap) {
    this.wire = requireNonNull(wire, "wire is null");
    this.session = requireNonNull(session, "session is null");
    this.chap = requireNonNull(chap, "chap is null");
  }

  private static Map<String, String> operationalKeys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("HeaderDigest", "None");
    keys.put("DataDigest", "None");
    keys.put("DefaultTime2Wait", "0");
    keys.put("DefaultTime2Retain", "0");
    keys.put("ErrorRecoveryLevel", "0");
    keys.put("InitialR2T", "Yes");
    keys.put("ImmediateData", "No");
    keys.put("MaxBurstLength", "65536");
    keys.put("FirstBurstLength", "65536");
    keys.put("MaxOutstandingR2T", "1");
    keys.put("MaxConnections", "1");
    keys.put("DataPDUInOrder", "Yes");
    keys.put("DataSequenceInOrder", "Yes");
    keys.put("MaxRecvDataSegmentLength", "8192");
    return keys;
  }

  /** Says who comes to whom. */
  void introduce() throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("InitiatorName", session.initiatorName());
    keys.put("SessionType", "Normal");
    keys.put("TargetName", session.iqn());
    keys.put("AuthMethod", chap.isPresent() ? "CHAP" : "None");
    int next = chap.isPresent() ? LoginWire.SECURITY : LoginWire.OPERATIONAL;
    LoginAnswer answer = accepted(wire.ask(LoginWire.SECURITY, next, keys));
    if (chap.isEmpty()) {
      requireEndOfSecurity(answer);
    }
  }

  /** Proves it, and has the target prove who it is where CHAP is mutual. */
  void prove() throws IOException {
    if (chap.isPresent()) {
      ChapAnswer proof = new ChapAnswer(chap.get(), RANDOM);
      LoginAnswer question =
          accepted(wire.ask(LoginWire.SECURITY, LoginWire.SECURITY, ChapAnswer.offer()));
      LoginAnswer answer =
          accepted(wire.ask(LoginWire.SECURITY, LoginWire.OPERATIONAL, proof.to(question.keys())));
      proof.check(answer.keys());
      requireEndOfSecurity(answer);
    }
  }

  private static void requireEndOfSecurity(LoginAnswer answer) throws IOException {
    if (!answer.begins(LoginWire.OPERATIONAL)) {
      throw new IOException("it asks for more than secrets");
    }
  }

  /** Agrees on how to speak, to the end of the login. */
  void agree() throws IOException {
    Map<String, String> keys = OPERATIONAL_KEYS;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      LoginAnswer answer = accepted(wire.ask(LoginWire.OPERATIONAL, LoginWire.FULL_FEATURE, keys));
      if (answer.begins(LoginWire.FULL_FEATURE) && answer.handle() != 0) {
        return;
      }
      keys = agreementWith(answer.keys());
    }
    throw new IOException("it does not come to the end of the login");
  }

  /** What it proposes is all the same to a session that carries nothing. */
  private static Map<String, String> agreementWith(Map<String, String> keys) {
    Map<String, String> proposed = new LinkedHashMap<>(keys);
    proposed.keySet().removeAll(OPERATIONAL_KEYS.keySet());
    proposed.keySet().removeAll(DECLARED);
    return proposed;
  }

  /** Ends what the login has made. */
  void logOut() throws IOException {
    wire.logout();
  }

  private static LoginAnswer accepted(LoginAnswer answer) throws IOException {
    if (answer.status() != 0) {
      throw new IOException("login status 0x%04x".formatted(answer.status()));
    }
    return answer;
  }
}
