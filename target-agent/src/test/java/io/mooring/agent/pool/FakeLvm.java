package io.mooring.agent.pool;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A host with one volume group {@code vg} and a thin pool {@code thin} in it, as the LVM programs
 * show it. An active LV has its entries below {@code dev} and {@code sys}.
 */
final class FakeLvm implements CommandRunner {
  private static final long EXTENT = 4 << 20;

  private final Path host;
  private final Map<String, Lv> volumes = new TreeMap<>();
  private final List<List<String>> changes = new ArrayList<>();
  private String poolRow;
  private int nextMinor = 1;

  private static final class Lv {
    private final String pool;
    private long bytes;
    private final TreeSet<String> tags = new TreeSet<>();

    Lv(String pool, long bytes) {
      this.pool = pool;
      this.bytes = bytes;
    }
  }

  FakeLvm(Path host, String poolSample) {
    this.host = host;
    poolRow = poolSample;
    volumes.put("thin", new Lv("", 6442450944L));
  }

  Path sys() {
    return host.resolve("sys");
  }

  void poolSays(String before, String after) {
    if (!poolRow.contains(before)) {
      throw new AssertionError("the sample has no " + before);
    }
    poolRow = poolRow.replace(before, after);
  }

  void foreign(String name, long bytes) {
    volumes.put(name, new Lv("thin", bytes));
  }

  List<List<String>> changes() {
    return changes;
  }

  Set<String> tags(String name) {
    return Objects.requireNonNull(volumes.get(name), name).tags;
  }

  boolean has(String name) {
    return volumes.containsKey(name);
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    List<String> argv = command.argv();
    if (!argv.subList(1, 3).equals(List.of("--config", "backup{archive=0}"))) {
      throw new AssertionError("archiving is not turned off: " + argv);
    }
    if (argv.getFirst().equals("lvs")) {
      return show(argv);
    }
    changes.add(argv);
    return switch (argv.getFirst()) {
      case "lvcreate" -> create(argv);
      case "lvchange" -> change(argv);
      case "lvextend" -> extend(argv);
      case "lvremove" -> remove(argv.getLast());
      default -> throw new AssertionError("unexpected command: " + argv);
    };
  }

  private CommandResult show(List<String> argv) {
    if (!argv.getLast().equals("vg")) {
      return new CommandResult(5, "", "Volume group \"" + argv.getLast() + "\" not found");
    }
    int selection = argv.indexOf("--select");
    String wanted = selection < 0 ? "" : argv.get(selection + 1).replace("lv_name=", "");
    if (argv.contains(LvmReport.POOL_FIELDS)) {
      return new CommandResult(
          0, wanted.equals("thin") ? poolRow : "{\"report\":[{\"lv\":[]}]}", "");
    }
    List<String> rows = new ArrayList<>();
    volumes.forEach((name, lv) -> {
      if (wanted.isEmpty() || wanted.equals(name)) {
        rows.add(
            "{\"lv_name\":\"%s\",\"pool_lv\":\"%s\",\"lv_size\":\"%d\",\"lv_tags\":\"%s\"}"
                .formatted(name, lv.pool, lv.bytes, String.join(",", lv.tags)));
      }
    });
    return new CommandResult(
        0, "{\"report\":[{\"lv\":[%s]}]}".formatted(String.join(",", rows)), "");
  }

  private static List<String> after(List<String> argv, String option) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < argv.size(); i++) {
      if (argv.get(i).equals(option)) {
        values.add(argv.get(i + 1));
      }
    }
    return values;
  }

  private CommandResult create(List<String> argv) {
    String name = after(argv, "--name").getFirst();
    if (volumes.containsKey(name)) {
      return new CommandResult(5, "", "Logical Volume \"" + name + "\" already exists");
    }
    Lv lv = argv.contains("--snapshot") ? copy(argv.getLast()) : empty(argv);
    lv.tags.addAll(after(argv, "--addtag"));
    volumes.put(name, lv);
    if (after(argv, "--setactivationskip").getFirst().equals("n")) {
      activate(name, lv);
    }
    return new CommandResult(0, "", "");
  }

  private static Lv empty(List<String> argv) {
    String size = after(argv, "--virtualsize").getFirst();
    long bytes = Long.parseLong(size.substring(0, size.length() - 1));
    return new Lv(after(argv, "--thinpool").getFirst(), (bytes + EXTENT - 1) / EXTENT * EXTENT);
  }

  private Lv copy(String path) {
    Lv source = Objects.requireNonNull(volumes.get(path.replace("vg/", "")), path);
    return new Lv(source.pool, source.bytes);
  }

  private CommandResult change(List<String> argv) {
    String name = argv.getLast().replace("vg/", "");
    Lv lv = volumes.get(name);
    if (lv == null) {
      return new CommandResult(5, "", "Failed to find logical volume \"" + argv.getLast() + "\"");
    }
    lv.tags.removeAll(after(argv, "--deltag"));
    lv.tags.addAll(after(argv, "--addtag"));
    if (argv.contains("--activate")) {
      activate(name, lv);
    }
    return new CommandResult(0, "", "");
  }

  private CommandResult extend(List<String> argv) {
    String name = argv.getLast().replace("vg/", "");
    Lv lv = Objects.requireNonNull(volumes.get(name), name);
    String size = after(argv, "--size").getFirst();
    long bytes = Long.parseLong(size.substring(0, size.length() - 1));
    if (bytes <= lv.bytes) {
      return new CommandResult(5, "", "New size given is not larger than existing size");
    }
    lv.bytes = bytes;
    try {
      Path link = host.resolve("dev/vg").resolve(name).toRealPath();
      Files.writeString(sys().resolve(link.getFileName()).resolve("size"), bytes / 512 + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CommandResult(0, "", "");
  }

  private CommandResult remove(String path) {
    String name = path.replace("vg/", "");
    if (volumes.remove(name) == null) {
      return new CommandResult(5, "", "Failed to find logical volume \"" + path + "\"");
    }
    deactivate(name);
    return new CommandResult(0, "", "");
  }

  /** udev's link and sysfs' entries, as {@code /dev} has them. */
  private void activate(String name, Lv lv) {
    try {
      String kernelName = "dm-" + nextMinor++;
      Path sys = Files.createDirectories(sys().resolve(kernelName));
      Files.writeString(sys.resolve("dev"), "253:" + kernelName.substring(3) + "\n");
      Files.writeString(sys.resolve("size"), lv.bytes / 512 + "\n");
      Files.createDirectories(sys.resolve("dm"));
      Files.writeString(sys.resolve("dm/name"), "vg-" + name.replace("-", "--") + "\n");
      Files.createDirectories(host.resolve("dev/vg"));
      Files.createFile(host.resolve("dev").resolve(kernelName));
      Files.createSymbolicLink(host.resolve("dev/vg").resolve(name), Path.of("../" + kernelName));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void deactivate(String name) {
    try {
      Files.deleteIfExists(host.resolve("dev/vg").resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
