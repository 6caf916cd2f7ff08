package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * Writes 1, 2, 3 … to two raw devices, past the page cache: each number to the first one, and when
 * that is answered, to the second one. Whatever is of one moment has the same number on both, or
 * the next one on the first.
 */
public final class PairWriter {
  private static final String STOP = "/run/pair-writer.stop";
  private static final String COUNT = "/run/pair-writer.count";
  private static final int BLOCK_BYTES = 4096;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration PROGRESS = Duration.ofMinutes(2);
  private static final Poll LOOK = new Poll(Duration.ofMillis(200), Duration.ofSeconds(1));

  private final VirtualMachine vm;
  private final CompletableFuture<String> end;

  private PairWriter(VirtualMachine vm, String script) {
    this.vm = requireNonNull(vm, "vm is null");
    CompletableFuture<String> pending = new CompletableFuture<>();
    this.end = pending;
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    threads.execute(() -> {
      try {
        pending.complete(vm.shell().check(script, Deadline.after(PATIENCE)));
      } catch (RuntimeException e) {
        pending.completeExceptionally(e);
      }
    });
    threads.shutdown();
  }

  /** Starts to write; returns when it does. */
  public static PairWriter start(VirtualMachine vm, Attachment first, Attachment second) {
    vm.shell().check("rm -f %s && echo 0 > %s".formatted(STOP, COUNT));
    PairWriter writer =
        new PairWriter(
            vm,
            """
            set -e
            n=0
            until [ -e %1$s ]; do
              n=$((n + 1))
              printf '%%-%2$dd' $n > /run/pair-writer.block
              for device in %3$s %4$s; do
                dd if=/run/pair-writer.block of=$device bs=%2$d count=1 oflag=direct conv=notrunc status=none
              done
              echo $n > %5$s
            done
            """
                .formatted(STOP, BLOCK_BYTES, first.targetPath(), second.targetPath(), COUNT));
    writer.awaitProgress();
    return writer;
  }

  /** Waits until it has written a few more numbers. */
  public void awaitProgress() {
    long enough = count() + 3;
    if (!LOOK.until(Deadline.after(PROGRESS), () -> end.isDone() || count() >= enough)
        || end.isDone()) {
      throw new IllegalStateException(
          end.isCompletedExceptionally()
              ? "the writer failed: " + end.exceptionNow()
              : "the writer is stuck at " + count());
    }
  }

  private long count() {
    String count = vm.shell().check("cat " + COUNT).strip();
    return count.isEmpty() ? 0 : Long.parseLong(count); // it is just being written
  }

  /** Lets it end after a whole pair; fails when any write failed. Returns the last number. */
  public long finish() {
    vm.shell().check("touch " + STOP);
    var _ = end.join();
    return count();
  }

  /** The number that a raw device holds, read from the disk. */
  public static long read(VirtualMachine vm, Attachment attachment) {
    return Long.parseLong(
        vm.shell()
            .check(
                "dd if=%s bs=%d count=1 iflag=direct status=none | tr -d '\\0'"
                    .formatted(attachment.targetPath(), BLOCK_BYTES))
            .strip());
  }
}
