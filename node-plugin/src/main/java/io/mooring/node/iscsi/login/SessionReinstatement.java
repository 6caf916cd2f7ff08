package io.mooring.node.iscsi.login;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Logs in over a living portal under the dead session's name, its ISID. A target then ends the old
 * session with all its tasks before it lets the new one in (RFC 7143 section 6.3.5; {@code
 * iscsi_check_for_session_reinstatement} in drivers/target/iscsi waits for the last command). The
 * new session is logged out again; it never carries a command.
 */
public final class SessionReinstatement implements Reinstatement {
  /** LIO gives a login 15 s, and the kernel has given up the dead session by then. */
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Function<Session, Optional<Chap>> secrets;
  private final Executor background;

  /**
   * @param secrets those that a session was made with
   * @param background runs logins, which wait for their answers
   */
  public SessionReinstatement(Function<Session, Optional<Chap>> secrets, Executor background) {
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.background = requireNonNull(background, "background is null");
  }

  @Override
  public EndingLogin begin(Session session, TcpConnection via) {
    ReinstatingLogin login = new ReinstatingLogin(session, via, secrets, Deadline.after(LONGEST));
    background.execute(login);
    return login;
  }
}
