package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much faster a raw volume is over both paths than over one of them, where each path is a link
 * of one and the same speed in each direction. The links are far slower than the emulated machines,
 * so that they are what is measured.
 */
public final class BalanceTrial {
  private static final int LINK_MEGABITS = 16;
  private static final int DEPTH = 16;
  private static final int BLOCK_BYTES = 64 << 10;
  private static final long BYTES = 128L << 20;
  private static final Duration RUNNING = Duration.ofSeconds(10);
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration RETURN = Duration.ofMinutes(3);
  private static final Poll LOOK = new Poll(Duration.ofMillis(500), Duration.ofSeconds(1));

  /** Writes first: what was never written, a thin pool reads without its disk. */
  private static final List<String> PATTERNS = List.of("write", "randwrite", "read", "randread");

  private final Lab lab;
  private final NodeHost node;
  private final Attachment attachment;

  /**
   * A trial on a volume of kind BLOCK that is attached to the node over both paths.
   *
   * @param node whose links are slow meanwhile
   */
  public BalanceTrial(Lab lab, NodeHost node, Attachment attachment) {
    this.lab = requireNonNull(lab, "lab is null");
    this.node = requireNonNull(node, "node is null");
    this.attachment = requireNonNull(attachment, "attachment is null");
  }

  /**
   * Bytes per second.
   *
   * @param pattern in fio's words
   * @param one with one of the two cables pulled
   */
  public record Result(String pattern, long one, long both) {
    public double ratio() {
      return (double) both / one;
    }
  }

  /** Measures each pattern over one path, then over both. */
  public List<Result> run() {
    int worker = node.vm().number();
    for (StoragePath path : StoragePath.values()) {
      lab.throttle(worker, path, LINK_MEGABITS);
    }
    lab.pullCable(worker, StoragePath.B);
    awaitPaths(1);
    Map<String, Long> one = new TreeMap<>();
    PATTERNS.forEach(pattern -> one.put(pattern, speed(pattern)));
    lab.plugCable(worker, StoragePath.B);
    awaitPaths(2);
    List<Result> results = new ArrayList<>();
    PATTERNS.forEach(pattern ->
        results.add(new Result(pattern, requireNonNull(one.get(pattern)), speed(pattern))));
    lab.heal();
    return results;
  }

  private long speed(String pattern) {
    Fio fio = new Fio(attachment.targetPath(), pattern, BLOCK_BYTES, DEPTH, BYTES, RUNNING);
    return Fio.bytesPerSecond(node.vm().shell().check(fio.command(), Deadline.after(LONGEST)));
  }

  private void awaitPaths(int count) {
    if (!LOOK.until(Deadline.after(RETURN), () -> node.readyPaths(attachment) == count)) {
      throw new IllegalStateException("not %d ready paths within %s".formatted(count, RETURN));
    }
  }
}
