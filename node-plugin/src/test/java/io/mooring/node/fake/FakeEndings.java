package io.mooring.node.fake;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.login.EndingLogin;
import io.mooring.node.iscsi.login.Reinstatement;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.ArrayList;
import java.util.List;

/** What targets do with logins that end sessions. */
public final class FakeEndings implements Reinstatement {
  private final FakeKernel kernel;
  private final FakeNetwork network;
  private final List<String> ended = new ArrayList<>();
  private final List<String> asked = new ArrayList<>();
  private final List<String> hungUp = new ArrayList<>();
  private Answer answer = Answer.CONFIRMED;

  /** What targets say to such a login. */
  public enum Answer {
    CONFIRMED,
    REFUSED,
    /** They have begun with it, and their disks take their time. */
    AT_WORK,
    NOTHING
  }

  FakeEndings(FakeKernel kernel, FakeNetwork network) {
    this.kernel = kernel;
    this.network = network;
  }

  /** What they say from now on, also to the logins that wait already. */
  public void targetsAnswer(Answer now) {
    answer = now;
  }

  /** The portals whose sessions were ended, each with the portal that served. */
  public List<String> ended() {
    return List.copyOf(ended);
  }

  /** The portals that were asked, once for each login. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** The portals that somebody hung up on. */
  public List<String> hungUp() {
    return List.copyOf(hungUp);
  }

  @Override
  public EndingLogin begin(Session session, TcpConnection via) {
    String portal = portal(via);
    asked.add(portal);
    return new EndingLogin() {
      @Override
      public boolean confirmed(Deadline deadline) {
        if (answer == Answer.REFUSED) {
          throw Failure.unavailable("the target does not confirm");
        }
        if (answer == Answer.CONFIRMED) {
          end(session, portal);
        }
        return answer == Answer.CONFIRMED;
      }

      @Override
      public boolean hasBegun() {
        return answer == Answer.AT_WORK;
      }

      @Override
      public void close() {
        hungUp.add(portal);
      }
    };
  }

  private String portal(TcpConnection via) {
    synchronized (kernel) {
      return network.at(via).orElseThrow().target.portal().toString();
    }
  }

  private void end(Session session, String by) {
    synchronized (kernel) {
      network.find(session).ifPresent(found -> found.endedAtTarget = true);
      ended.add(session.persistentPortal() + " by " + by);
    }
  }
}
