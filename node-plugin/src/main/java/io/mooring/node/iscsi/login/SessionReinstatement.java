package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs in over a living portal under the dead session's name, its ISID. A target then ends the old
 * session with all its tasks before it lets the new one in (RFC 7143 section 6.3.5; {@code
 * iscsi_check_for_session_reinstatement} in drivers/target/iscsi waits for the last command). The
 * new session is logged out again; it never carries a command.
 */
public final class SessionReinstatement implements Reinstatement {
  private static final Logger LOG = LoggerFactory.getLogger(SessionReinstatement.class);

  /** A target that has questions of its own asks them once. */
  private static final int MAX_ROUNDS = 4;

  /** A target may insist on each that is missing. */
  private static final Map<String, String> OPERATIONAL_KEYS = operationalKeys();

  /** What a target says of itself, and nobody answers. */
  private static final Set<String> DECLARED =
      Set.of("TargetAlias", "TargetAddress", "TargetPortalGroupTag");

  private final Function<Session, Optional<Chap>> secrets;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param secrets those that a session was made with
   */
  public SessionReinstatement(Function<Session, Optional<Chap>> secrets) {
    this.secrets = requireNonNull(secrets, "secrets is null");
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

  @Override
  public void end(Session session, TcpConnection via, Deadline deadline) {
    Optional<Chap> chap = secrets.apply(session);
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      // Out by the living path's card, also where a route would choose another.
      socket.bind(new InetSocketAddress(via.local().getAddress(), 0));
      socket.connect(via.remote(), Math.max(1, deadline.remainingMillis()));
      LoginWire wire = new LoginWire(socket, isid(session), deadline);
      security(wire, session, chap);
      operational(wire);
      hangUp(wire);
    } catch (IOException e) {
      throw new Failure(
          Kind.UNAVAILABLE,
          "the portal %s does not confirm that session %d with %s is ended (%s); it is left to the kernel's timers"
              .formatted(via.remote(), session.id(), session.iqn(), e.getMessage()),
          e);
    }
  }

  /** As open-iscsi names the sessions of iscsi_tcp: its own prefix and the session's number. */
  static byte[] isid(Session session) {
    int id = session.id();
    return new byte[] {0x00, 0x02, 0x3d, (byte) (id >> 16), (byte) (id >> 8), (byte) id};
  }

  private void security(LoginWire wire, Session session, Optional<Chap> chap) throws IOException {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("InitiatorName", session.initiatorName());
    keys.put("SessionType", "Normal");
    keys.put("TargetName", session.iqn());
    keys.put("AuthMethod", chap.isPresent() ? "CHAP" : "None");
    int next = chap.isPresent() ? LoginWire.SECURITY : LoginWire.OPERATIONAL;
    LoginAnswer answer = accepted(wire.ask(LoginWire.SECURITY, next, keys));
    if (chap.isPresent()) {
      ChapAnswer proof = new ChapAnswer(chap.get(), random);
      LoginAnswer question =
          accepted(wire.ask(LoginWire.SECURITY, LoginWire.SECURITY, ChapAnswer.offer()));
      answer =
          accepted(wire.ask(LoginWire.SECURITY, LoginWire.OPERATIONAL, proof.to(question.keys())));
      proof.check(answer.keys());
    }
    if (!answer.begins(LoginWire.OPERATIONAL)) {
      throw new IOException("it asks for more than secrets");
    }
  }

  private static void operational(LoginWire wire) throws IOException {
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

  private static LoginAnswer accepted(LoginAnswer answer) throws IOException {
    if (answer.status() != 0) {
      throw new IOException("login status 0x%04x".formatted(answer.status()));
    }
    return answer;
  }

  /** What matters has happened: a session that is only hung up on ends as well. */
  private static void hangUp(LoginWire wire) {
    try {
      wire.logout();
    } catch (IOException e) {
      LOG.debug("no logout: {}", e.toString());
    }
  }
}
