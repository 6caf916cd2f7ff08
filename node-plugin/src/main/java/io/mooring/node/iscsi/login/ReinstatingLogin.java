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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A login of {@link SessionReinstatement}: one thread speaks, another one waits for what it says.
 */
final class ReinstatingLogin implements EndingLogin, Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ReinstatingLogin.class);

  private final Session session;
  private final TcpConnection via;
  private final Function<Session, Optional<Chap>> secrets;
  private final Deadline deadline;
  private final Socket socket = new Socket();
  private final CompletableFuture<Void> outcome = new CompletableFuture<>();
  private volatile boolean begun;

  ReinstatingLogin(
      Session session,
      TcpConnection via,
      Function<Session, Optional<Chap>> secrets,
      Deadline deadline) {
    this.session = requireNonNull(session, "session is null");
    this.via = requireNonNull(via, "via is null");
    this.secrets = requireNonNull(secrets, "secrets is null");
    this.deadline = requireNonNull(deadline, "deadline is null");
  }

  @Override
  public void run() {
    try (socket) {
      speak();
    } catch (IOException | RuntimeException e) {
      LOG.debug("session {}: {}", session.id(), e.toString());
      outcome.completeExceptionally(e);
    }
  }

  private void speak() throws IOException {
    Optional<Chap> chap = secrets.apply(session);
    socket.setTcpNoDelay(true);
    // Out by the living path's card, also where a route would choose another.
    socket.bind(new InetSocketAddress(via.local().getAddress(), 0));
    socket.connect(via.remote(), Math.max(1, deadline.remainingMillis()));
    LoginTalk talk =
        new LoginTalk(new LoginWire(socket, isid(session.id()), deadline), session, chap);
    talk.introduce();
    begun = true;
    talk.prove();
    talk.agree();
    outcome.complete(null);
    // What matters has happened: a session that is only hung up on ends as well.
    talk.logOut();
  }

  /** As open-iscsi names the sessions of iscsi_tcp: its own prefix and the session's number. */
  private static byte[] isid(int id) {
    return new byte[] {0x00, 0x02, 0x3d, (byte) (id >> 16), (byte) (id >> 8), (byte) id};
  }

  @Override
  public boolean confirmed(Deadline until) {
    try {
      outcome.get(until.remainingMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      Throwable why = requireNonNull(e.getCause(), "an outcome is never cancelled");
      throw new Failure(
          Kind.UNAVAILABLE,
          "the portal %s does not confirm that session %d with %s is ended (%s); it is left to the kernel's timers"
              .formatted(via.remote(), session.id(), session.iqn(), why.getMessage()),
          why);
    }
  }

  @Override
  public boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("session {}: {}", session.id(), e.toString());
    }
  }
}
