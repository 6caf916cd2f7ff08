package io.mooring.node.multipath;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.path.DeadPathTimes;
import io.mooring.runtime.store.DurableFile;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Mooring's own piece of multipath's configuration: one device section for our product id. It has
 * neither {@code defaults} nor {@code blacklist}, so that multipathd treats every other disk of the
 * host as before.
 */
public final class DropIn {
  /** Where it belongs. */
  public static final Path FILE = Path.of("/etc/multipath/conf.d/mooring.conf");

  /** For how long the kernel holds a lost session's commands; docs/node.md says why. */
  public static final int FAST_IO_FAIL_SECONDS = DeadPathTimes.NODE_HOLDS;

  private static final Poll IDLE = new Poll(Duration.ofMillis(50), Duration.ofMillis(500));

  /** What is written; each setting's reason is in docs/node.md. */
  static final String TEXT =
      """
      # Written by mooring-node at its start: changes made here are lost.
      # It speaks of Mooring's own LUNs alone. Your own "overrides" section still wins.
      devices {
      	device {
      		vendor "LIO-ORG"
      		product "^mooring"
      		path_grouping_policy "multibus"
      		prio "const"
      		detect_prio "no"
      		path_selector "service-time 0"
      		path_checker "directio"
      		detect_checker "no"
      		failback "immediate"
      		no_path_retry 60
      		fast_io_fail_tmo %d
      		user_friendly_names "no"
      		flush_on_last_del "unused"
      		deferred_remove "no"
      		skip_kpartx "yes"
      		recheck_wwid "yes"
      	}
      }
      """
          .formatted(FAST_IO_FAIL_SECONDS);

  private final Path file;
  private final Multipathd multipathd;
  private final Maps maps;

  public DropIn(Path file, Multipathd multipathd, Maps maps) {
    this.file = requireNonNull(file, "file is null");
    this.multipathd = requireNonNull(multipathd, "multipathd is null");
    this.maps = requireNonNull(maps, "maps is null");
  }

  /**
   * Writes the file when it differs, and makes multipathd read it: also when it was there already
   * but multipathd does not know of it.
   *
   * @return whether multipathd had to be told
   * @throws Failure UNAVAILABLE when multipathd does not take it up in time
   */
  public boolean ensure(Deadline deadline) {
    boolean written = write();
    if (!written && inForce(deadline)) {
      return false;
    }
    String answer = multipathd.ask("reconfigure", deadline);
    if (!Replies.parse(answer).ok()) {
      throw Failure.unavailable(
          "multipathd refused to read its configuration again (%s); see its log"
              .formatted(answer.strip()));
    }
    // The answer only says that it is going to.
    if (!IDLE.until(deadline, () -> inForce(deadline))) {
      throw Failure.unavailable(
          "multipathd has not taken up " + file + "; look for a complaint about it in its log");
    }
    return true;
  }

  /** Whether multipathd serves, with our section in its configuration. */
  private boolean inForce(Deadline deadline) {
    try {
      return maps.daemonState(deadline).ready()
          && multipathd.ask("show config", deadline).contains("product \"^mooring\"");
    } catch (Failure e) {
      if (e.kind() == Kind.DEADLINE_EXCEEDED) {
        return false;
      }
      throw e;
    }
  }

  private boolean write() {
    byte[] wanted = TEXT.getBytes(StandardCharsets.UTF_8);
    try {
      if (Files.exists(file) && Arrays.equals(Files.readAllBytes(file), wanted)) {
        return false;
      }
      Files.createDirectories(requireNonNull(file.getParent(), "file has no directory"));
      DurableFile.write(file, wanted);
      return true;
    } catch (IOException e) {
      throw Failure.internal(
          "could not write " + file + "; is /etc/multipath writable for the node plugin?", e);
    }
  }
}
