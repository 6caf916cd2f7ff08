package io.mooring.agent.pool;

import io.mooring.agent.block.BlockDevices;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A host with one volume group {@code vg} and a thin pool {@code thin} in it, as the LVM programs
 * show it.
 */
final class FakeLvm implements CommandRunner {
  private static final long EXTENT = 4 << 20;

  private final Path host;
  private final FakeThinKernel kernel;
  private final FakePoolMetadata metadata;
  private final Map<String, Lv> volumes = new TreeMap<>();
  private final List<List<String>> changes = new ArrayList<>();
  private String poolRow;
  private Runnable atEachCommand = () -> {};
  private boolean booksAreWrong;

  private static final class Lv {
    private final String pool;
    private long bytes;
    private final TreeSet<String> tags = new TreeSet<>();
    private final long id;

    Lv(String pool, long bytes, long id) {
      this.pool = pool;
      this.bytes = bytes;
      this.id = id;
    }
  }

  FakeLvm(Path host, String poolSample) {
    this.host = host;
    this.kernel = new FakeThinKernel(host);
    this.metadata = new FakePoolMetadata(host);
    poolRow = poolSample;
    volumes.put("thin", new Lv("", 6442450944L, 0));
  }

  /** A pool of a host that runs its commands here. */
  ThinPool pool(String group, String thinPool, PoolLimits limits) {
    BlockDevices devices = new BlockDevices(kernel.sys());
    DeviceMapper mapper = new DeviceMapper(this, devices);
    Lvm lvm = new Lvm(this, new LvmSettings("backup{archive=0}"));
    return new ThinPool(
        "fast",
        group,
        thinPool,
        host.resolve("dev"),
        limits,
        lvm,
        devices,
        mapper,
        new ThinBlockMap("fast", group, thinPool, lvm, mapper, this, held()));
  }

  /** What the agent has written down of metadata snapshots. */
  Documents<HeldMetadata> held() {
    return new Documents<>(host.resolve("state"), HeldMetadata.class);
  }

  FakePoolMetadata metadata() {
    return metadata;
  }

  FakeThinKernel kernel() {
    return kernel;
  }

  void poolSays(String before, String after) {
    if (!poolRow.contains(before)) {
      throw new AssertionError("the sample has no " + before);
    }
    poolRow = poolRow.replace(before, after);
  }

  void foreign(String name, long bytes) {
    volumes.put(name, new Lv("thin", bytes, freeId()));
  }

  List<List<String>> changes() {
    return changes;
  }

  Set<String> tags(String name) {
    return Objects.requireNonNull(volumes.get(name), name).tags;
  }

  /** The number that the pool has for it. */
  long id(String name) {
    return Objects.requireNonNull(volumes.get(name), name).id;
  }

  /** What happens beside each command, just before it does its work and just after. */
  void atEachCommand(Runnable work) {
    atEachCommand = work;
  }

  /** What was last written to it, or to what it is a copy of before it was copied. */
  long content(String name) {
    return kernel.content(Objects.requireNonNull(volumes.get(name), name).id);
  }

  private long freeId() {
    return 1 + volumes.values().stream().mapToLong(lv -> lv.id).max().orElse(0);
  }

  boolean has(String name) {
    return volumes.containsKey(name);
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    List<String> argv = command.argv();
    atEachCommand.run();
    CommandResult result = runBeside(argv);
    atEachCommand.run();
    return result;
  }

  private CommandResult runBeside(List<String> argv) {
    return switch (argv.getFirst()) {
      case "dmsetup" -> {
        changes.add(argv);
        yield argv.contains(FakePoolMetadata.NAME) ? metadata.dmsetup(argv) : kernel.dmsetup(argv);
      }
      case "lvmconfig" -> new CommandResult(0, "locking_dir=\"/run/lock/lvm\"\n", "");
      case "flock" -> {
        if (!argv.get(5).equals("/run/lock/lvm/V_vg")) {
          throw new AssertionError("that is no lock of LVM: " + argv);
        }
        yield runBeside(argv.subList(6, argv.size()));
      }
      case "thin_delta", "dd" -> metadata.read(argv);
      default -> runLvm(argv);
    };
  }

  private CommandResult runLvm(List<String> argv) {
    if (!argv.subList(1, 3).equals(List.of("--config", "backup{archive=0}"))) {
      throw new AssertionError("archiving is not turned off: " + argv);
    }
    if (argv.getFirst().equals("lvs")) {
      return show(argv);
    }
    changes.add(argv);
    return switch (argv.getFirst()) {
      case "lvcreate" -> create(argv);
      case "lvchange" -> ofEach(argv, path -> change(argv, path));
      case "lvextend" -> extend(argv);
      case "lvremove" -> ofEach(argv, this::remove);
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
            "{\"lv_name\":\"%s\",\"pool_lv\":\"%s\",\"lv_size\":\"%d\",\"lv_tags\":\"%s\",\"thin_id\":\"%s\"}"
                .formatted(
                    name,
                    lv.pool,
                    lv.bytes,
                    String.join(",", lv.tags),
                    lv.id == 0 ? "" : Long.toString(lv.id)));
      }
    });
    return new CommandResult(
        0, "{\"report\":[{\"lv\":[%s]}]}".formatted(String.join(",", rows)), "");
  }

  /** The paths that end the command, one after the other; the last failure counts. */
  private static CommandResult ofEach(List<String> argv, Function<String, CommandResult> work) {
    CommandResult result = new CommandResult(0, "", "");
    for (String path : argv.stream().filter(argument -> argument.startsWith("vg/")).toList()) {
      CommandResult one = work.apply(path);
      result = one.succeeded() ? result : one;
    }
    return result;
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
    if (booksAreWrong) {
      return new CommandResult(5, "", "Thin pool vg/thin has unexpected transaction id");
    }
    Lv lv = argv.contains("--snapshot") ? copy(argv.getLast()) : empty(argv);
    lv.tags.addAll(after(argv, "--addtag"));
    volumes.put(name, lv);
    if (after(argv, "--setactivationskip").getFirst().equals("n")) {
      kernel.activate(name, lv.id, lv.bytes);
    }
    return new CommandResult(0, "", "");
  }

  private Lv empty(List<String> argv) {
    String size = after(argv, "--virtualsize").getFirst();
    long bytes = Long.parseLong(size.substring(0, size.length() - 1));
    long rounded = (bytes + EXTENT - 1) / EXTENT * EXTENT;
    Lv lv = new Lv(after(argv, "--thinpool").getFirst(), rounded, freeId());
    kernel.create(lv.id);
    return lv;
  }

  private Lv copy(String path) {
    String name = path.replace("vg/", "");
    Lv source = Objects.requireNonNull(volumes.get(name), path);
    Lv copy = new Lv(source.pool, source.bytes, freeId());
    if (kernel.isSuspended(name)) {
      // LVM says that all went well, and has told the kernel nothing.
      booksAreWrong = true;
      kernel.suspend(name, false);
    } else if (!kernel.copy(copy.id, source.id)) {
      throw new AssertionError("the kernel has no device of " + name);
    }
    return copy;
  }

  private CommandResult change(List<String> argv, String path) {
    String name = path.replace("vg/", "");
    Lv lv = volumes.get(name);
    if (lv == null) {
      return new CommandResult(5, "", "Failed to find logical volume \"" + path + "\"");
    }
    lv.tags.removeAll(after(argv, "--deltag"));
    lv.tags.addAll(after(argv, "--addtag"));
    if (argv.contains("--activate") && name.equals("thin")) {
      metadata.activate();
    } else if (argv.contains("--activate")) {
      kernel.activate(name, lv.id, lv.bytes);
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
    kernel.resize(name, bytes);
    return new CommandResult(0, "", "");
  }

  private CommandResult remove(String path) {
    String name = path.replace("vg/", "");
    Lv lv = volumes.remove(name);
    if (lv == null) {
      return new CommandResult(5, "", "Failed to find logical volume \"" + path + "\"");
    }
    kernel.delete(lv.id);
    kernel.deactivate(name);
    return new CommandResult(0, "", "");
  }
}
