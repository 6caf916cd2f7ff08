package io.mooring.node.fake;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.network.Destruction;
import io.mooring.node.network.Link;
import io.mooring.node.network.Network;
import io.mooring.node.network.TcpConnection;
import io.mooring.node.network.TcpHealth;
import io.mooring.node.scsi.DiskState;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The network below the fake kernel's sessions, on a clock of its own: a wait for news turns it. A
 * socket that is destroyed takes its session down, at once when nothing is to be waited for.
 * Whoever destroys one whose target would still write for it loses data, and is told so.
 */
public final class FakeNetwork implements SessionControl, Network {
  private final FakeKernel kernel;
  private final ManualTicker ticker;
  private final List<String> destroyed = new ArrayList<>();
  private final FakeEndings endings;
  private boolean news;
  private boolean slowKernel;
  private int questions;
  private int looksForCommands;
  private Destruction outcome = Destruction.DONE;
  private Runnable onQuestion = () -> {};

  FakeNetwork(FakeKernel kernel) {
    this.kernel = kernel;
    this.ticker = kernel.ticker;
    this.endings = new FakeEndings(kernel, this);
  }

  public ManualTicker ticker() {
    return ticker;
  }

  /** The portals whose sockets were destroyed, with the recovery time of that moment. */
  public List<String> destroyed() {
    return List.copyOf(destroyed);
  }

  /** What targets do with logins that end sessions. */
  public FakeEndings endings() {
    return endings;
  }

  /** How often the kernel was asked about a connection. */
  public int questions() {
    return questions;
  }

  /** How often it was asked whether a session has commands under way. */
  public int looksForCommands() {
    return looksForCommands;
  }

  // ---- what happens to wires

  /** Whether data are under way on every session over that portal. */
  public void load(Portal portal, boolean on) {
    on(portal, session -> session.wire.load(on, ticker.nanos()));
  }

  /** The link goes down, and everybody hears of it. */
  public void pull(Portal portal) {
    on(
        portal,
        session -> {
          session.wire.carrier = false;
          session.wire.silence(ticker.nanos());
        });
    news = true;
  }

  /** The link is back. */
  public void plug(Portal portal) {
    on(
        portal,
        session -> {
          session.wire.carrier = true;
          session.wire.silentSince = OptionalLong.empty();
        });
    news = true;
  }

  /** Packets vanish, and no link says so. */
  public void drop(Portal portal) {
    on(portal, session -> session.wire.silence(ticker.nanos()));
  }

  /** Something goes out and is acknowledged; no answer to it comes. */
  public void tell(Portal portal) {
    on(portal, session -> session.wire.owe(ticker.nanos()));
  }

  /** Packets get through again. */
  public void answer(Portal portal) {
    on(portal, session -> session.wire.silentSince = OptionalLong.empty());
  }

  /** Packets had to be sent again and were answered then. */
  public void lose(Portal portal, int packets) {
    on(portal, session -> session.wire.lost += packets);
  }

  /** Packets have another way than the link that the kernel names. */
  public void otherWay(Portal portal) {
    on(portal, session -> session.wire.otherWay = true);
  }

  /** iscsid has logged the session in again, over another socket. */
  public void reconnect(Portal portal) {
    on(
        portal,
        session -> {
          session.wire.reconnect();
          session.endedAtTarget = false;
          put(session, SessionState.LOGGED_IN, DiskState.RUNNING);
        });
  }

  /** The kernel has noticed by itself that the session is lost. */
  public void fail(Portal portal) {
    on(portal, session -> put(session, SessionState.FAILED, DiskState.BLOCKED));
  }

  /** What the next destructions come to. */
  public void destructionsAre(Destruction next) {
    outcome = next;
  }

  /** The kernel does not notice yet that a socket is gone. */
  public void noticeLate(boolean late) {
    slowKernel = late;
  }

  /** Does something the next time that multipathd or a connection is asked about. */
  public void onQuestion(Runnable action) {
    onQuestion = action;
  }

  /** What an earlier process, or an administrator, has set. */
  public void recoveryIs(Portal portal, int seconds) {
    on(portal, session -> session.recoverySeconds = seconds);
  }

  /** The recovery time of our session over that portal. */
  public int recovery(Portal portal) {
    synchronized (kernel) {
      return ours()
          .filter(session -> session.target.portal().equals(portal))
          .mapToInt(session -> session.recoverySeconds)
          .findFirst()
          .orElseThrow();
    }
  }

  private void on(Portal portal, Consumer<FakeSession> change) {
    synchronized (kernel) {
      kernel.sessions.stream()
          .filter(session -> session.target.portal().equals(portal))
          .forEach(change);
    }
  }

  private void put(FakeSession session, SessionState state, DiskState disks) {
    session.state = state;
    kernel.disks.stream()
        .filter(disk -> disk.session == session)
        .forEach(disk -> disk.state = disks);
  }

  // ---- what the guard sees

  private Stream<FakeSession> ours() {
    return kernel.sessions.stream().filter(session -> session.iface.equals(Initiator.IFACE));
  }

  @Override
  public List<Session> sessions() {
    synchronized (kernel) {
      return ours().map(FakeSession::shown).toList();
    }
  }

  @Override
  public Optional<TcpConnection> connection(Session session) {
    synchronized (kernel) {
      return find(session).filter(this::hasSocket).map(found -> found.wire.connection());
    }
  }

  Optional<FakeSession> find(Session session) {
    return ours().filter(candidate -> candidate.id == session.id()).findFirst();
  }

  private boolean hasSocket(FakeSession session) {
    return session.state == SessionState.LOGGED_IN;
  }

  @Override
  public OptionalInt recoverySeconds(Session session) {
    synchronized (kernel) {
      return find(session)
          .map(found -> OptionalInt.of(found.recoverySeconds))
          .orElseGet(OptionalInt::empty);
    }
  }

  @Override
  public boolean setRecoverySeconds(Session session, int seconds) {
    synchronized (kernel) {
      Optional<FakeSession> found =
          find(session).filter(candidate -> candidate.state == SessionState.LOGGED_IN);
      found.ifPresent(there -> there.recoverySeconds = seconds);
      return found.isPresent();
    }
  }

  @Override
  public boolean hasCommands(Session session) {
    synchronized (kernel) {
      looksForCommands++;
      return kernel.disks.stream()
          .anyMatch(disk -> disk.session.id == session.id() && disk.inFlight > 0);
    }
  }

  @Override
  public Optional<Chap> secrets(Session session) {
    return Optional.empty();
  }

  @Override
  public boolean awaitChange(Duration atMost) {
    if (news) {
      news = false;
      return true;
    }
    ticker.pause(atMost);
    return false;
  }

  @Override
  public Optional<Link> linkTowards(TcpConnection connection) {
    synchronized (kernel) {
      return at(connection).flatMap(session -> session.wire.link());
    }
  }

  @Override
  public Optional<TcpHealth> health(TcpConnection connection) {
    synchronized (kernel) {
      questions++;
      Runnable action = onQuestion;
      onQuestion = () -> {};
      action.run();
      return at(connection).map(session -> session.wire.health(ticker.nanos()));
    }
  }

  @Override
  public Destruction destroy(TcpConnection connection, long cookie) {
    synchronized (kernel) {
      Optional<FakeSession> session = at(connection).filter(found -> found.wire.cookie == cookie);
      if (session.isEmpty()) {
        return Destruction.GONE;
      }
      if (outcome == Destruction.DONE) {
        FakeSession found = session.get();
        if (!found.endedAtTarget) {
          throw new IllegalStateException("the target would still write for " + found.target);
        }
        destroyed.add(found.target.portal() + " after " + found.recoverySeconds + " s");
        if (!slowKernel) {
          boolean atOnce = found.recoverySeconds == 0;
          put(
              found,
              atOnce ? SessionState.FREE : SessionState.FAILED,
              atOnce ? DiskState.TRANSPORT_OFFLINE : DiskState.BLOCKED);
        }
      }
      return outcome;
    }
  }

  /** Of anybody's: only what the guard was told may keep it from somebody else's. */
  Optional<FakeSession> at(TcpConnection connection) {
    return kernel.sessions.stream()
        .filter(this::hasSocket)
        .filter(session -> session.wire.connection().equals(connection))
        .findFirst();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
