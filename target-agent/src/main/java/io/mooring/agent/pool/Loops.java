package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Loop devices, found by the file behind them (inode and file system), never by number: numbers are
 * reused, and a path looks different from another mount namespace.
 */
public final class Loops {
  private static final Duration EACH = Duration.ofSeconds(20);
  private static final Poll RELEASE = new Poll(Duration.ofMillis(50), Duration.ofMillis(500));

  private final CommandRunner commands;
  private final Path sysClassBlock;

  /** What the last list said; an entry counts only while sysfs says the same. */
  private volatile Map<FileId, Path> listed = Map.of();

  /**
   * The loop devices of this host.
   *
   * @param sysClassBlock {@code /sys/class/block}
   */
  public Loops(CommandRunner commands, Path sysClassBlock) {
    this.commands = requireNonNull(commands, "commands is null");
    this.sysClassBlock = requireNonNull(sysClassBlock, "sysClassBlock is null");
  }

  /**
   * A file as {@code losetup --list} names it.
   *
   * @param inode its number
   * @param device the file system's, as {@code major:minor}
   */
  private record FileId(long inode, String device) {
    static FileId of(Path file) {
      try {
        long inode = ((Number) Files.getAttribute(file, "unix:ino")).longValue();
        long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
        return new FileId(inode, major(device) + ":" + minor(device));
      } catch (IOException e) {
        throw Failure.internal("could not look at " + file + ": " + e, e);
      }
    }

    /** The C library's dev_t (sys/sysmacros.h) keeps both numbers in two pieces. */
    private static long major(long device) {
      return ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    }

    private static long minor(long device) {
      return (device & 0xff) | ((device >>> 12) & 0xffffff00L);
    }
  }

  /** The loop device over this file; the file must exist. */
  Optional<Path> find(Path file, Deadline deadline) {
    FileId wanted = FileId.of(file);
    Optional<Path> known = Optional.ofNullable(listed.get(wanted));
    if (known.isPresent() && isOver(known.get(), file)) {
      return known;
    }
    String json =
        commands
            .run(
                Command.of("losetup", "--json", "--list", "--output", "NAME,BACK-INO,BACK-MAJ:MIN"),
                deadline.atMost(EACH))
            .orFail("list loop devices")
            .stdout();
    listed = read(json);
    return Optional.ofNullable(listed.get(wanted));
  }

  /**
   * Whether the loop still has the file that the list said. The name is compared and not the path:
   * the kernel writes that as the mount namespace saw it in which the loop was set up.
   */
  private boolean isOver(Path loop, Path file) {
    Path backing = sysClassBlock.resolve(loop.getFileName()).resolve("loop/backing_file");
    try {
      return Path.of(Files.readString(backing).strip()).getFileName().equals(file.getFileName());
    } catch (IOException e) {
      return false; // it is gone: the list will tell
    }
  }

  private static Map<FileId, Path> read(String json) {
    Map<FileId, Path> loops = new HashMap<>();
    if (json.isBlank()) {
      return loops; // losetup prints nothing at all when there are none
    }
    try {
      for (JsonElement row :
          JsonParser.parseString(json).getAsJsonObject().getAsJsonArray("loopdevices")) {
        JsonObject loop = row.getAsJsonObject();
        FileId backing =
            new FileId(
                loop.get("back-ino").getAsLong(), loop.get("back-maj:min").getAsString().strip());
        loops.put(backing, Path.of(loop.get("name").getAsString()));
      }
      return loops;
    } catch (JsonParseException
        | IllegalStateException
        | NumberFormatException
        | NullPointerException e) {
      throw Failure.internal(
          "losetup printed no list that can be read; check the version of this host's util-linux",
          e);
    }
  }

  /** The loop device over this file, set up where there is none. */
  synchronized Path attach(Path file, Deadline deadline) {
    Optional<Path> present = find(file, deadline);
    if (present.isPresent()) {
      return present.get();
    }
    commands
        .run(
            Command.of(
                "losetup",
                "--find",
                "--nooverlap",
                "--sector-size",
                "512",
                "--direct-io=on",
                file.toString()),
            deadline.atMost(EACH))
        .orFail("set up a loop device over " + file);
    return find(file, deadline)
        .orElseThrow(() ->
            Failure.internal(
                "losetup set up no loop device over " + file + "; see the kernel log"));
  }

  /** Gives the loop device the size that its file has now. */
  void takeOverSize(Path loop, Deadline deadline) {
    commands
        .run(Command.of("losetup", "--set-capacity", loop.toString()), deadline.atMost(EACH))
        .orFail("take over the size of the file of " + loop);
  }

  /** Takes the loop device away; the kernel delays that while anybody has it open. */
  synchronized void detach(Path file, Deadline deadline) {
    Optional<Path> loop = find(file, deadline);
    if (loop.isEmpty()) {
      return;
    }
    commands
        .run(Command.of("losetup", "--detach", loop.get().toString()), deadline.atMost(EACH))
        .orFail("take away " + loop.get());
    Deadline patience = deadline.atMost(EACH);
    if (!RELEASE.until(patience, () -> find(file, patience.atMost(EACH)).isEmpty())) {
      throw Failure.failedPrecondition(
          "%s over %s is still open; end what uses it (lsof %s) and try again"
              .formatted(loop.get(), file, loop.get()));
    }
  }
}
