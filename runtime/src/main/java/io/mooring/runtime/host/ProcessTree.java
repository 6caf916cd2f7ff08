package io.mooring.runtime.host;

import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A child process with all that it started. */
final class ProcessTree {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);

  private static final Duration AFTER_TERM = Duration.ofSeconds(2);
  private static final Duration AFTER_KILL = Duration.ofSeconds(1);

  private final Process root;
  private final Set<ProcessHandle> members = new LinkedHashSet<>();

  ProcessTree(Process root) {
    this.root = root;
  }

  /**
   * Ends the tree: TERM, 2 s, KILL, at most 1 s more.
   *
   * @return who is still there, as "pid 12 in state D"; state D is an uninterruptible wait in the
   *     kernel
   */
  List<String> end() {
    collect();
    members.forEach(ProcessHandle::destroy);
    if (gone(AFTER_TERM)) {
      return List.of();
    }
    collect();
    members.forEach(ProcessHandle::destroyForcibly);
    if (gone(AFTER_KILL)) {
      return List.of();
    }
    return members.stream()
        .filter(ProcessTree::runs)
        .map(member -> "pid %d in state %s".formatted(member.pid(), state(member.pid())))
        .toList();
  }

  /** Remembers the members: the children of a process that ends first are nobody's descendants. */
  private void collect() {
    members.add(root.toHandle());
    root.descendants().forEach(members::add);
  }

  private boolean gone(Duration longest) {
    return Poll.SYSFS.until(
        Deadline.after(longest), () -> members.stream().noneMatch(ProcessTree::runs));
  }

  /** A zombie counts as ended: it waits for its parent only, who may be another one. */
  private static boolean runs(ProcessHandle member) {
    return member.isAlive() && !"ZX".contains(state(member.pid()));
  }

  /**
   * The third field of /proc/PID/stat, after the command's name in parentheses; proc_pid_stat(5).
   */
  private static String state(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      int nameEnd = stat.lastIndexOf(')');
      return stat.substring(nameEnd + 2, nameEnd + 3);
    } catch (NoSuchFileException e) {
      return "X";
    } catch (IOException e) {
      // ESRCH: it ended between open and read.
      LOG.debug("state of process {}: {}", pid, e.toString());
      return "X";
    }
  }
}
