package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.lab.qemu.VirtualMachine;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/**
 * fio, writing one direct 4 KiB block after the other at a steady rate, each with a checksum and
 * its own place, so that afterwards every block can be read back and proven. A stall shows as the
 * longest completion time of one write.
 */
public final class SteadyWriter {
  private static final int WRITES_PER_SECOND = 100;
  private static final int BLOCK_BYTES = 4096;
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final Duration UNDER_WAY = Duration.ofMinutes(1);
  private static final int FIRST_WRITES = 50;
  private static final Poll LOOK = new Poll(Duration.ofMillis(200), Duration.ofSeconds(1));

  private final VirtualMachine vm;
  private final String job;
  private final CompletableFuture<String> output;

  private SteadyWriter(VirtualMachine vm, String job) {
    this.vm = vm;
    this.job = job;
    CompletableFuture<String> pending = new CompletableFuture<>();
    this.output = pending;
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    threads.execute(() -> {
      try {
        pending.complete(vm.shell().check(job + " --do_verify=0", Deadline.after(PATIENCE)));
      } catch (RuntimeException e) {
        pending.completeExceptionally(e);
      }
    });
    threads.shutdown();
  }

  /**
   * Writes once to all places that a writer of that duration will write to, and has it flushed:
   * what a storage host has flushed it does not forget when it loses its power.
   */
  public static void prepare(VirtualMachine vm, Attachment attachment, Duration duration) {
    vm.shell()
        .check(
            "dd if=/dev/zero of=%s bs=%d count=%d conv=fsync,notrunc status=none"
                .formatted(
                    place(attachment), WRITES_PER_SECOND * BLOCK_BYTES, duration.toSeconds()));
  }

  private static String place(Attachment attachment) {
    return attachment.kind() == VolumeKind.BLOCK
        ? attachment.targetPath()
        : attachment.targetPath() + "/load";
  }

  /** Starts to write to the volume; without disturbance it ends after that time. */
  public static SteadyWriter start(VirtualMachine vm, Attachment attachment, Duration duration) {
    long bytes = duration.toSeconds() * WRITES_PER_SECOND * BLOCK_BYTES;
    long before = writesOf(vm, attachment);
    SteadyWriter writer =
        new SteadyWriter(
            requireNonNull(vm, "vm is null"),
            "fio --name=steady --filename=%s --size=%d --rw=randwrite --bs=%d --direct=1 --ioengine=psync --rate_iops=%d --verify=crc32c --verify_fatal=1 --output-format=json"
                .formatted(place(attachment), bytes, BLOCK_BYTES, WRITES_PER_SECOND));
    // fio takes a second or two before it writes; what is done to the paths before that proves
    // nothing.
    Deadline limit = Deadline.after(UNDER_WAY);
    if (!LOOK.until(limit, () -> writesOf(vm, attachment) > before + FIRST_WRITES)) {
      throw new IllegalStateException("fio did not begin to write within " + UNDER_WAY);
    }
    return writer;
  }

  /** Completed writes of the volume's map, the fifth field of its block statistics. */
  private static long writesOf(VirtualMachine vm, Attachment attachment) {
    String stat =
        vm.shell()
            .check(
                "set -- $(cat /sys/block/$(basename $(readlink -f /dev/mapper/%s))/stat); echo $5"
                    .formatted(attachment.wwid()));
    return Long.parseLong(stat);
  }

  /** Waits for the last write; fails when any write failed. */
  public Report finish() {
    JsonObject fio = JsonParser.parseString(jsonOf(output.join())).getAsJsonObject();
    JsonObject result = fio.getAsJsonArray("jobs").get(0).getAsJsonObject();
    JsonObject write = result.getAsJsonObject("write");
    return new Report(
        write.get("total_ios").getAsLong(),
        result.get("error").getAsInt(),
        Duration.ofNanos(write.getAsJsonObject("clat_ns").get("max").getAsLong()));
  }

  /** Reads every block back and compares its checksum; fails on the first that differs. */
  public void verify() {
    vm.shell().check(job + " --verify_only", Deadline.after(PATIENCE));
  }

  /** fio prints notes before its JSON. */
  private static String jsonOf(String output) {
    return output.substring(output.indexOf('{'));
  }

  /**
   * What fio measured.
   *
   * @param writes how many blocks were written
   * @param errors fio's error number; 0 for none
   * @param longestStall the slowest single write
   */
  public record Report(long writes, int errors, Duration longestStall) {}
}
