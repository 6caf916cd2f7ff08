package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The longest write stall that a trouble on a path makes. Each path has it in turn, since a single
 * writer may be using the one or the other.
 */
public final class StallTrial {
  private static final Duration RETURN = Duration.ofMinutes(3);
  private static final Poll LOOK = new Poll(Duration.ofMillis(500), Duration.ofSeconds(1));

  private final NodeHost node;
  private final Attachment attachment;
  private final Duration writing;
  private final BiConsumer<StoragePath, Duration> each;

  /**
   * @param writing for how long to write under each trouble
   */
  public StallTrial(NodeHost node, Attachment attachment, Duration writing) {
    this(node, attachment, writing, (path, stall) -> {});
  }

  /**
   * @param writing for how long to write under each trouble
   * @param each hears of the longest stall of each path
   */
  public StallTrial(
      NodeHost node,
      Attachment attachment,
      Duration writing,
      BiConsumer<StoragePath, Duration> each) {
    this.node = requireNonNull(node, "node is null");
    this.attachment = requireNonNull(attachment, "attachment is null");
    this.writing = requireNonNull(writing, "writing is null");
    this.each = requireNonNull(each, "each is null");
  }

  /**
   * Makes the trouble under a writer, then ends it and waits until every path is back.
   *
   * @param trouble returns when the writer is to be waited for
   * @throws IllegalStateException when a write failed or a path does not come back
   */
  public Duration longest(Consumer<StoragePath> trouble, Consumer<StoragePath> repair) {
    Duration longest = Duration.ZERO;
    for (StoragePath path : StoragePath.values()) {
      SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, writing);
      trouble.accept(path);
      SteadyWriter.Report report = writer.finish();
      repair.accept(path);
      if (report.errors() != 0) {
        throw new IllegalStateException("the writer saw error " + report.errors());
      }
      awaitPaths();
      Duration stall = report.longestStall();
      each.accept(path, stall);
      longest = stall.compareTo(longest) > 0 ? stall : longest;
    }
    return longest;
  }

  private void awaitPaths() {
    if (!LOOK.until(Deadline.after(RETURN), () -> node.readyPaths(attachment) == 2)) {
      throw new IllegalStateException("the paths did not come back within " + RETURN);
    }
  }
}
