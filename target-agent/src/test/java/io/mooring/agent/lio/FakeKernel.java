package io.mooring.agent.lio;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The kernel's target as far as the agent sees it: a tree in memory that grows attributes by itself
 * and refuses what the kernel refuses. A reboot empties it.
 */
public final class FakeKernel implements ConfigFs, CommandRunner {
  private static final Path ROOT = Path.of("/sys/kernel/config/target");
  private static final String DIRECTORY = "<directory>";
  private static final String LINK = "-> ";

  private final TreeMap<String, String> tree = new TreeMap<>();
  private final Map<String, String> devices = new HashMap<>();
  private final Set<String> downAddresses = new HashSet<>();
  private final Set<String> frozen = new TreeSet<>();
  private final Set<String> draining = new TreeSet<>();
  private final List<String> journal = new ArrayList<>();
  private final Runnable beforeEachChange;
  private boolean modules = true;
  private boolean goingDown;
  private boolean announced;

  public FakeKernel() {
    this(() -> {});
  }

  /**
   * A booted kernel.
   *
   * @param beforeEachChange may throw, as if the process died there
   */
  public FakeKernel(Runnable beforeEachChange) {
    this.beforeEachChange = beforeEachChange;
    boot();
  }

  private void boot() {
    tree.put("core", DIRECTORY);
    tree.put("iscsi", DIRECTORY);
  }

  /** Everything that is not on a disk is gone. */
  public void reboot() {
    tree.clear();
    boot();
  }

  public Lio lio(Portal... portals) {
    return new Lio(this, this, argument -> draining.contains(relative(argument)), List.of(portals));
  }

  /** What a path opens. */
  public void device(Path path, String number) {
    devices.put(path.toString(), number);
  }

  public void noModules() {
    modules = false;
    tree.clear();
  }

  /** systemd has begun to stop everything. */
  public void goDown() {
    goingDown = true;
  }

  /** logind has announced that everything will be stopped, and waits for who asked for that. */
  public void prepareToGoDown() {
    announced = true;
  }

  public void addressDown(String portal) {
    downAddresses.add(portal);
  }

  public void addressUp(String portal) {
    downAddresses.remove(portal);
  }

  /**
   * Commands are in flight: the unlinking of this LUN, or the disabling of a target, does not end.
   */
  public void hang(String lunLink) {
    frozen.add(lunLink);
  }

  /** They have ended, and with them the removal that waited for them. */
  public void thaw(String lunLink) {
    frozen.remove(lunLink);
    draining.remove(lunLink);
    tree.remove(lunLink);
  }

  /** Paths and values in the order in which they were changed. */
  public List<String> journal() {
    return List.copyOf(journal);
  }

  /** All objects and links, without attributes. */
  public Map<String, String> objects() {
    Map<String, String> objects = new TreeMap<>();
    tree.forEach((path, value) -> {
      if (value.equals(DIRECTORY) || value.startsWith(LINK)) {
        objects.put(path, value);
      }
    });
    return objects;
  }

  public void set(String attribute, String value) {
    tree.put(attribute, value);
  }

  public void foreign(String path) {
    tree.put(path, DIRECTORY);
  }

  @Override
  public boolean exists(String path) {
    return tree.containsKey(path);
  }

  @Override
  public List<String> children(String path) {
    return tree.keySet().stream()
        .filter(entry -> entry.startsWith(path + "/"))
        .map(entry -> entry.substring(path.length() + 1))
        .filter(rest -> !rest.contains("/"))
        .toList();
  }

  @Override
  public void makeDirectory(String path) {
    if (exists(path)) {
      return;
    }
    change("mkdir " + path);
    if (!exists(parent(path))) {
      throw Failure.internal("mkdir " + path + ": No such file or directory");
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (parent(path).endsWith("/np") && downAddresses.contains(name)) {
      throw Failure.internal("mkdir " + path + ": Cannot assign requested address");
    }
    tree.put(path, DIRECTORY);
    if (path.matches("core/iblock_\\d+/[^/]+")) {
      backstoreAttributes(path);
    } else if (name.startsWith("tpgt_")) {
      groupAttributes(path);
    } else if (path.matches(".*/acls/[^/]+")) {
      tree.put(
          path + "/cmdsn_depth",
          read(path.replaceFirst("/acls/.*", "/attrib/default_cmdsn_depth")));
      tree.put(path + "/attrib", DIRECTORY);
      tree.put(path + "/attrib/nopin_timeout", "15");
      tree.put(path + "/attrib/nopin_response_timeout", "30");
      tree.put(path + "/auth", DIRECTORY);
      for (String secret : List.of("userid", "password", "userid_mutual", "password_mutual")) {
        tree.put(path + "/auth/" + secret, "");
      }
    } else if (path.matches(".*/acls/[^/]+/lun_\\d+")) {
      tree.put(path + "/write_protect", "0");
    }
  }

  private void backstoreAttributes(String path) {
    for (String group : List.of("/wwn", "/attrib")) {
      tree.put(path + group, DIRECTORY);
    }
    for (String name : List.of("/control", "/udev_path", "/info")) {
      tree.put(path + name, "");
    }
    tree.put(path + "/enable", "0");
    tree.put(path + "/wwn/vpd_unit_serial", "T10 VPD Unit Serial Number: ");
    tree.put(path + "/wwn/product_id", "IBLOCK");
    tree.put(path + "/attrib/emulate_tpu", "0");
    tree.put(path + "/attrib/max_unmap_lba_count", "131072");
    tree.put(path + "/attrib/block_size", "512");
  }

  private void groupAttributes(String path) {
    for (String group : List.of("/np", "/lun", "/acls", "/attrib")) {
      tree.put(path + group, DIRECTORY);
    }
    tree.put(path + "/enable", "0");
    // The defaults of drivers/target/iscsi/iscsi_target_tpg.h.
    tree.put(path + "/attrib/generate_node_acls", "0");
    tree.put(path + "/attrib/demo_mode_discovery", "1");
    tree.put(path + "/attrib/demo_mode_write_protect", "1");
    tree.put(path + "/attrib/prod_mode_write_protect", "0");
    tree.put(path + "/attrib/authentication", "1");
    tree.put(path + "/attrib/default_cmdsn_depth", "64");
  }

  @Override
  public void link(String path, String to) {
    change("link " + path);
    if (exists(path) || !exists(to) || !exists(parent(path))) {
      throw Failure.internal("ln " + path + ": Invalid argument");
    }
    if (children(parent(path)).stream().anyMatch(name -> isLink(parent(path) + "/" + name))) {
      throw Failure.internal("ln " + path + ": File exists");
    }
    boolean enabled = !to.startsWith("core/") || read(to + "/enable").equals("1");
    boolean backed =
        to.startsWith("core/") || children(to).stream().anyMatch(name -> isLink(to + "/" + name));
    if (!enabled || !backed) {
      throw Failure.internal("ln " + path + ": No such device");
    }
    tree.put(path, LINK + to);
  }

  private boolean isLink(String path) {
    return tree.getOrDefault(path, "").startsWith(LINK);
  }

  @Override
  public Optional<String> linkTarget(String path) {
    return isLink(path)
        ? Optional.of(tree.getOrDefault(path, "").substring(LINK.length()))
        : Optional.empty();
  }

  @Override
  public String read(String path) {
    String value = tree.get(path);
    if (value == null || value.equals(DIRECTORY)) {
      throw Failure.internal("read " + path + ": No such file or directory");
    }
    return value.strip();
  }

  @Override
  public void write(String path, String value) {
    change("write " + path + " " + value);
    read(path);
    String object = parent(path);
    if (path.contains("/wwn/") && isExported(parent(object))) {
      throw Failure.internal("write " + path + ": Invalid argument");
    }
    if (path.endsWith("/vpd_unit_serial")) {
      tree.put(path, "T10 VPD Unit Serial Number: " + value);
    } else if (path.startsWith("core/") && path.endsWith("/enable")) {
      open(object);
      tree.put(path, value);
    } else {
      tree.put(path, value);
    }
  }

  @Override
  public void writeSecret(String path, String value) {
    write(path, value);
  }

  private void open(String backstore) {
    String device = read(backstore + "/control").replace("udev_path=", "");
    String number = devices.get(device);
    if (number == null) {
      throw Failure.internal("enable " + backstore + ": No such file or directory");
    }
    String[] parts = number.split(":", -1);
    tree.put(
        backstore + "/info",
        "iBlock device: x  UDEV PATH: %s  readonly: 0\n  Major: %s Minor: %s  CLAIMED: IBLOCK"
            .formatted(device, parts[0], parts[1]));
  }

  private boolean isExported(String backstore) {
    return tree.containsValue(LINK + backstore);
  }

  @Override
  public Path absolute(String path) {
    return ROOT.resolve(path);
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    List<String> argv = command.argv();
    return switch (argv.getFirst()) {
      case "rm" -> unlink(relative(argv.getLast()));
      case "rmdir" -> removeDirectories(argv.subList(2, argv.size()));
      case "readlink" ->
          new CommandResult(
              0,
              linkTarget(relative(argv.getLast()))
                      .map(target -> ROOT.resolve(target).toString())
                      .orElse(argv.getLast())
                  + "\n",
              "");
      case "modprobe" -> modprobe();
      case "tee" -> disable(relative(argv.getLast()), command.input());
      case "sync" -> sync(argv.subList(2, argv.size()));
      case "busctl" -> new CommandResult(0, announced ? "b true\n" : "b false\n", "");
      case "systemctl" ->
          new CommandResult(goingDown ? 1 : 0, goingDown ? "stopping\n" : "running\n", "");
      default -> throw new AssertionError("unexpected command: " + command);
    };
  }

  private CommandResult modprobe() {
    return modules
        ? new CommandResult(0, "", "")
        : new CommandResult(1, "", "modprobe: FATAL: Module target_core_mod not found.");
  }

  private CommandResult disable(String path, String value) {
    if (frozen.contains(path)) {
      throw Failure.deadlineExceeded("tee had not ended and survives its kill in the kernel");
    }
    write(path, value);
    return new CommandResult(0, "", "");
  }

  private CommandResult sync(List<String> paths) {
    change("sync " + String.join(" ", paths));
    return new CommandResult(0, "", "");
  }

  private CommandResult unlink(String path) {
    change("unlink " + path);
    if (frozen.contains(path)) {
      draining.add(path);
      // The name goes at once, the lock stays until the commands have ended.
      tree.remove(path);
      throw Failure.deadlineExceeded("rm had not ended and survives its kill in the kernel");
    }
    if (isLink(path)) {
      tree.remove(path);
    }
    return new CommandResult(0, "", "");
  }

  private CommandResult removeDirectories(List<String> paths) {
    for (String absolute : paths) {
      String path = relative(absolute);
      change("rmdir " + path);
      boolean linked = children(path).stream().anyMatch(name -> isLink(path + "/" + name));
      if (linked || isExported(path)) {
        return new CommandResult(1, "", "rmdir: " + path + ": Device or resource busy");
      }
      tree.keySet().removeIf(entry -> entry.equals(path) || entry.startsWith(path + "/"));
    }
    return new CommandResult(0, "", "");
  }

  private void change(String what) {
    beforeEachChange.run();
    journal.add(what);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static String relative(String absolute) {
    return ROOT.relativize(Path.of(absolute)).toString();
  }
}
