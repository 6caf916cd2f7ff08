package io.mooring.agent.pool;

import io.mooring.runtime.host.CommandResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The device of the pool {@code vg/thin}, with its one metadata snapshot, and what thin_delta and
 * dd read of it. Everything here outlives the agent.
 */
final class FakePoolMetadata {
  static final String NAME = "vg-thin-tpool";

  private final Path sys;
  private final List<List<String>> reads = new ArrayList<>();
  private final Map<Long, String> blocks = new HashMap<>();
  private long root;
  private long nextRoot = 17;
  private String mode = "rw";
  private CommandResult delta = new CommandResult(0, "", "");
  private Runnable beforeReserve = () -> {};

  /**
   * An active pool without metadata snapshot.
   *
   * @param host with its {@code sys}
   */
  FakePoolMetadata(Path host) {
    this.sys = host.resolve("sys/dm-90");
    activate();
  }

  void activate() {
    try {
      Files.createDirectories(sys.resolve("dm"));
      Files.writeString(sys.resolve("dm/name"), NAME + "\n");
      Files.writeString(sys.resolve("dm/suspended"), "0\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deactivate() {
    try {
      Files.delete(sys.resolve("dm/name"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void suspend() {
    try {
      Files.writeString(sys.resolve("dm/suspended"), "1\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void readOnly() {
    mode = "ro";
  }

  /** The block of the metadata snapshot; 0 for none. */
  long root() {
    return root;
  }

  /** Somebody makes a metadata snapshot. */
  void reserve() {
    root = nextRoot++;
  }

  void releaseAndReserve() {
    root = 0;
    reserve();
  }

  /** What happens just before the kernel makes the next one. */
  void beforeReserve(Runnable work) {
    beforeReserve = work;
  }

  void deltaPrints(String text) {
    delta = new CommandResult(0, text, "");
  }

  void deltaFails(String complaint) {
    delta = new CommandResult(1, "", complaint);
  }

  /** What the beginning of that block of the pool's data holds, 20 KiB of it. */
  void holds(long block, String begin) {
    blocks.put(block, begin);
  }

  /** What was run to read. */
  List<List<String>> reads() {
    return reads;
  }

  private boolean isActive() {
    return Files.exists(sys.resolve("dm/name"));
  }

  CommandResult dmsetup(List<String> argv) {
    if (!isActive()) {
      return new CommandResult(1, "", "Device does not exist.");
    }
    return switch (argv.get(1)) {
      case "table" -> new CommandResult(0, "0 12582912 thin-pool 253:1 253:2 128 0 \n", "");
      case "status" ->
          new CommandResult(
              0,
              "0 12582912 thin-pool 7 123/1024 55/98304 %s %s no_discard_passdown error_if_no_space - 1024 \n"
                  .formatted(root == 0 ? "-" : Long.toString(root), mode),
              "");
      case "message" -> message(argv.subList(3, argv.size()));
      default -> throw new AssertionError("unexpected command: " + argv);
    };
  }

  private CommandResult message(List<String> words) {
    boolean reserves = words.equals(List.of("0", "reserve_metadata_snap"));
    if (!reserves && !words.equals(List.of("0", "release_metadata_snap"))) {
      throw new AssertionError("unexpected message: " + words);
    }
    if (reserves) {
      beforeReserve.run();
    }
    if (reserves == (root != 0)) {
      return new CommandResult(1, "", "message ioctl failed: Device or resource busy");
    }
    root = reserves ? nextRoot++ : 0;
    return new CommandResult(0, "", "");
  }

  CommandResult read(List<String> argv) {
    reads.add(argv);
    if (argv.getFirst().equals("dd")) {
      return new CommandResult(0, begin(argv), "");
    }
    if (!argv.getLast().equals("/dev/block/253:1")) {
      throw new AssertionError("not the device of the metadata: " + argv);
    }
    return root == 0 ? new CommandResult(1, "", "no current metadata snap") : delta;
  }

  private String begin(List<String> argv) {
    if (!argv.containsAll(List.of("if=/dev/block/253:2", "bs=4096", "count=5", "iflag=direct"))) {
      throw new AssertionError("not the beginning of a block of the data: " + argv);
    }
    long skip =
        argv.stream()
            .filter(word -> word.startsWith("skip="))
            .mapToLong(word -> Long.parseLong(word.substring("skip=".length())))
            .findFirst()
            .orElseThrow();
    return blocks
        .getOrDefault(skip / 16, "")
        .concat("\0".repeat(20 * 1024))
        .substring(0, 20 * 1024);
  }
}
