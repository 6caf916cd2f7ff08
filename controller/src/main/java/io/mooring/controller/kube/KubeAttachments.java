package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Attachments;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attachments as MooringAttachment objects. Each node has its turn by itself and waits for no
 * other; what it says while it has one is taken together.
 */
final class KubeAttachments implements Attachments {
  private static final Logger LOG = LoggerFactory.getLogger(KubeAttachments.class);

  private final Function<String, NodeAttachments> objects;
  private final Pauses pauses;
  private final ConcurrentMap<String, Turn> turns = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("attachments").daemon().factory());

  /**
   * How long a node waits.
   *
   * @param between two turns, however much it has to say
   * @param retry after a turn in which not everything could be said
   */
  record Pauses(Duration between, Duration retry) {
    Pauses {
      requireNonNull(between, "between is null");
      requireNonNull(retry, "retry is null");
    }
  }

  /**
   * @param objects those of the node of that name
   */
  KubeAttachments(Function<String, NodeAttachments> objects, Pauses pauses) {
    this.objects = requireNonNull(objects, "objects is null");
    this.pauses = requireNonNull(pauses, "pauses is null");
  }

  @Override
  public void report(String node, List<Attachment> all) {
    turns.computeIfAbsent(node, name -> new Turn(name, objects.apply(name))).take(all);
  }

  @Override
  public void left(String node) {
    turns.remove(node);
  }

  /** What one node has said, until it is written. */
  private final class Turn {
    private final String node;
    private final NodeAttachments written; // only in a turn
    private List<Attachment> latest = List.of(); // under the lock, as the rest
    private boolean news;
    private boolean planned;

    private Turn(String node, NodeAttachments written) {
      this.node = node;
      this.written = written;
    }

    private synchronized void take(List<Attachment> all) {
      latest = List.copyOf(all);
      news = true;
      if (!planned) {
        planned = true;
        plan(Duration.ZERO, true);
      }
    }

    private synchronized List<Attachment> begin() {
      news = false;
      return latest;
    }

    private void run() {
      boolean done = false;
      try {
        done = turns.get(node) != this || written.say(begin());
      } catch (RuntimeException e) {
        LOG.error("the paths of node {} cannot be shown", node, e);
      }
      end(done);
    }

    /** The pause is kept even when there is nothing to say: the next word may come at once. */
    private synchronized void end(boolean done) {
      plan(done ? pauses.between() : pauses.retry(), !done);
    }

    private void plan(Duration pause, boolean again) {
      try {
        var _ = clock.schedule(() -> begin(again), pause.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.debug("the process is stopping", e);
      }
    }

    private synchronized void begin(boolean again) {
      planned = turns.get(node) == this && (news || again);
      if (planned) {
        threads.execute(this::run);
      }
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
