package io.mooring.node.guard;

import static java.util.Objects.requireNonNull;

import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionControl;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.ScsiDisks;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a disk of a session that owes an answer who it is. Where a portal falls silent between its
 * acknowledgement of a command and its answer, TCP has nothing left to wait for, and nobody would
 * notice before the kernel's next ping, up to 5 s later; the question is something to wait for. A
 * target that works on a command for long answers it at once, whatever its own disks do.
 */
public final class Asking {
  private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  /** From then on the kernel's own pings, every 5 s where nothing is heard, are as good. */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final SessionControl control;
  private final ScsiDisks disks;
  private final Executor background;
  private final Map<Integer, Question> open = new HashMap<>();

  /**
   * @param background runs questions, which wait for their answers
   */
  public Asking(SessionControl control, ScsiDisks disks, Executor background) {
    this.control = requireNonNull(control, "control is null");
    this.disks = requireNonNull(disks, "disks is null");
    this.background = requireNonNull(background, "background is null");
  }

  /**
   * What was asked while commands of a session were under way, until none is any more. A session
   * that is always in use has some at every look, and these may be others each time: so it ends by
   * itself, too, and whatever is unanswered for long again is asked about anew.
   */
  private static final class Question {
    private final GrowingPause pause = new GrowingPause(FIRST_PAUSE, LONGEST);
    private final long openedAt;
    private long askedAt;
    private long nextAt;

    /** The answer, or that there was none, comes on another thread. */
    private volatile boolean running;

    private Question(long nanos) {
      openedAt = nanos;
    }

    private void begin(long nanos) {
      running = true;
      askedAt = nanos;
      nextAt = pause.endOfNext(nanos);
    }

    /** The pause is for what was answered; what is owed an answer now does not wait for its end. */
    private boolean isDue(boolean owed, long nanos) {
      return !running
          && (nanos - nextAt >= 0 || (owed && nanos - askedAt >= FIRST_PAUSE.toNanos()));
    }

    private boolean isOver(long nanos) {
      return !running && nanos - openedAt >= LONGEST.toNanos();
    }
  }

  /** Asks about a path if that is due, and does not wait. */
  void about(PathWatch path, long nanos) {
    Session session = path.session();
    open.computeIfPresent(session.id(), (id, old) -> old.isOver(nanos) ? null : old);
    Question question = open.get(session.id());
    boolean owed = path.isOwedAnAnswer();
    boolean due = question == null ? owed : question.isDue(owed, nanos);
    if (!due || !path.allAcknowledged()) {
      return;
    }
    if (!control.hasCommands(session)) {
      path.excuse();
      open.remove(session.id());
      return;
    }
    ask(session, open.computeIfAbsent(session.id(), id -> new Question(nanos)), nanos);
  }

  private void ask(Session session, Question question, long nanos) {
    question.begin(nanos);
    boolean asked = false;
    try {
      background.execute(() -> ping(session, question));
      asked = true;
    } finally {
      // A host that has no thread left now has some later.
      if (!asked) {
        question.running = false;
      }
    }
  }

  private void ping(Session session, Question question) {
    try {
      // It is the connection that is asked, so that any disk will do.
      disks.onHost(session.hostNumber()).stream()
          .filter(disk -> disk.state() == DiskState.RUNNING)
          .findFirst()
          .ifPresent(disk -> disks.ping(disk.hctl(), Deadline.after(LIMIT)));
    } catch (Failure e) {
      // Whether the question was acknowledged says more, and is seen by who watches.
      LOG.debug("{}", e.sentence());
    } finally {
      question.running = false;
    }
  }

  /** Forgets sessions that there are no more. */
  void retain(Collection<Integer> sessions) {
    open.keySet().retainAll(sessions);
  }
}
