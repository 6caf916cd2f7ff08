package io.mooring.agent.pool;

import io.mooring.runtime.host.CommandResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The kernel's side of the pool {@code vg/thin}: thin devices by number, and those that are active
 * by LV name, with their entries below {@code dev} and {@code sys}. What a device holds is a
 * number.
 */
final class FakeThinKernel {
  private static final String POOL = "253:99";

  private final Path host;
  private final Map<Long, Long> contents = new TreeMap<>();
  private final Map<String, Long> active = new TreeMap<>();
  private final List<List<String>> messages = new ArrayList<>();
  private int nextMinor = 1;

  FakeThinKernel(Path host) {
    this.host = host;
  }

  Path sys() {
    return host.resolve("sys");
  }

  /** All messages that did not come from LVM. */
  List<List<String>> messages() {
    return messages;
  }

  void create(long id) {
    contents.put(id, 0L);
  }

  boolean copy(long id, long origin) {
    Long content = contents.get(origin);
    return content != null && contents.putIfAbsent(id, content) == null;
  }

  void delete(long id) {
    contents.remove(id);
  }

  long content(long id) {
    return Objects.requireNonNull(contents.get(id), "no thin device " + id);
  }

  /** Writes to an active device where it does not wait; says whether that was so. */
  boolean write(String lv, long content) {
    if (isSuspended(lv)) {
      return false;
    }
    contents.put(Objects.requireNonNull(active.get(lv), lv), content);
    return true;
  }

  boolean isSuspended(String lv) {
    try {
      return active.containsKey(lv) && Files.readString(suspension(lv)).strip().equals("1");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void suspend(String lv, boolean suspended) {
    try {
      Files.writeString(suspension(lv), suspended ? "1\n" : "0\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path suspension(String lv) throws IOException {
    Path link = host.resolve("dev/vg").resolve(lv).toRealPath();
    return sys().resolve(link.getFileName()).resolve("dm/suspended");
  }

  /** The names that the tests use need no unescaping but that of the hyphens. */
  CommandResult dmsetup(List<String> argv) {
    switch (argv.get(1)) {
      case "suspend", "resume" ->
          argv.stream()
              .filter(argument -> argument.startsWith("vg-"))
              .forEach(name -> suspend(lv(name), argv.get(1).equals("suspend")));
      case "table" -> {
        long id = Objects.requireNonNull(active.get(lv(argv.getLast())), argv.getLast());
        return new CommandResult(0, "0 131072 thin " + POOL + " " + id + "\n", "");
      }
      case "status" -> {
        long id = Objects.requireNonNull(active.get(lv(argv.getLast())), argv.getLast());
        return new CommandResult(
            0, "0 131072 thin " + (content(id) == 0 ? "0 -\n" : "128 127\n"), "");
      }
      case "message" -> {
        return message(argv.subList(2, argv.size()));
      }
      default -> throw new AssertionError("unexpected command: " + argv);
    }
    return new CommandResult(0, "", "");
  }

  private static String lv(String mapperName) {
    return mapperName.substring("vg-".length()).replace("--", "-");
  }

  private CommandResult message(List<String> argv) {
    if (!argv.subList(0, 5).equals(List.of("--major", "253", "--minor", "99", "0"))) {
      throw new AssertionError("not told to the pool: " + argv);
    }
    List<String> words = argv.subList(5, argv.size());
    messages.add(words);
    long id = Long.parseLong(words.get(1));
    boolean done =
        switch (words.getFirst()) {
          case "delete" -> !active.containsValue(id) && contents.remove(id) != null;
          case "create_snap" -> copy(id, Long.parseLong(words.get(2)));
          default -> throw new AssertionError("unexpected message: " + words);
        };
    return done
        ? new CommandResult(0, "", "")
        : new CommandResult(1, "", "device-mapper: message ioctl on 253:99 failed");
  }

  /** udev's link and sysfs' entries, as {@code /dev} has them. */
  void activate(String lv, long id, long bytes) {
    try {
      String kernelName = "dm-" + nextMinor++;
      Path sys = Files.createDirectories(sys().resolve(kernelName));
      Files.writeString(sys.resolve("dev"), "253:" + kernelName.substring(3) + "\n");
      Files.writeString(sys.resolve("size"), bytes / 512 + "\n");
      Files.createDirectories(sys.resolve("dm"));
      Files.writeString(sys.resolve("dm/name"), "vg-" + lv.replace("-", "--") + "\n");
      Files.writeString(sys.resolve("dm/suspended"), "0\n");
      Files.createDirectories(host.resolve("dev/vg"));
      Files.createFile(host.resolve("dev").resolve(kernelName));
      Files.createSymbolicLink(host.resolve("dev/vg").resolve(lv), Path.of("../" + kernelName));
      active.put(lv, id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void resize(String lv, long bytes) {
    try {
      Path link = host.resolve("dev/vg").resolve(lv).toRealPath();
      Files.writeString(sys().resolve(link.getFileName()).resolve("size"), bytes / 512 + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deactivate(String lv) {
    try {
      active.remove(lv);
      Files.deleteIfExists(host.resolve("dev/vg").resolve(lv));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
