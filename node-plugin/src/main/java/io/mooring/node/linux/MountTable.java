package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads mountinfo (proc(5)) of the host and of single processes.
 *
 * <p>A btrfs may lie on several disks, so its mounts show a number that the kernel made up (0:43)
 * and that is no device's. Whoever compares devices would never find them; so here, and nowhere
 * else, that number is replaced by the one of the device that the kernel names as their source. The
 * kernel writes the source of a btrfs itself, from the device that it reads: it is not, as for
 * other file systems, whatever was given to mount.
 */
public final class MountTable {
  private static final String BTRFS = "btrfs";
  private static final String DEV = "/dev/";

  private final Path proc;
  private final DeviceNodes nodes;

  /**
   * @param proc {@code /proc} of the host's process namespace
   */
  public MountTable(Path proc, DeviceNodes nodes) {
    this.proc = requireNonNull(proc, "proc is null");
    this.nodes = requireNonNull(nodes, "nodes is null");
  }

  /** The mounts of the host, which is what process 1 sees. */
  public List<Mount> host() {
    Path file = proc.resolve("1/mountinfo");
    try {
      return parse(text(file));
    } catch (IOException e) {
      throw Failure.internal(
          "could not read " + file + "; run the node plugin in the host's process namespace", e);
    }
  }

  /** The mounts that this process sees, which are others than the host's in a container. */
  public List<Mount> ofSelf() {
    Path file = proc.resolve("self/mountinfo");
    try {
      return parse(text(file));
    } catch (IOException e) {
      throw Failure.internal("could not read " + file + "; is /proc mounted?", e);
    }
  }

  /** The mounts that a process sees; empty when it has ended. */
  public Optional<List<Mount>> of(long pid) {
    try {
      return Optional.of(parse(text(proc.resolve(pid + "/mountinfo"))));
    } catch (IOException e) {
      // A process that ends meanwhile answers with one of several errors, and has no mounts.
      return Optional.empty();
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  /** The mounts in a mountinfo text; lines of another form are an error of ours, so they fail. */
  List<Mount> parse(String text) {
    List<Mount> mounts = new ArrayList<>();
    text.lines().filter(line -> !line.isBlank()).forEach(line -> mounts.add(mount(line)));
    return List.copyOf(mounts);
  }

  private Mount mount(String line) {
    // id parent major:minor root mountpoint options [optional fields] - type source superoptions
    List<String> fields = List.of(line.split(" ", -1));
    int separator = fields.indexOf("-");
    if (separator < 6 || fields.size() < separator + 3) {
      throw Failure.internal("mountinfo has a line of an unknown form: " + line);
    }
    String fsType = unescape(fields.get(separator + 1));
    String source = unescape(fields.get(separator + 2));
    DeviceNumber shown =
        DeviceNumber.parse(fields.get(2))
            .orElseThrow(() -> Failure.internal("mountinfo has no device number in: " + line));
    return new Mount(
        Path.of(unescape(fields.get(4))),
        unescape(fields.get(3)),
        fsType.equals(BTRFS) ? deviceOf(source).orElse(shown) : shown,
        fsType,
        source,
        fields.get(5),
        fields.size() > separator + 3 ? fields.get(separator + 3) : "");
  }

  /** Only device nodes are looked at: a stat of anything else may hang. */
  private Optional<DeviceNumber> deviceOf(String source) {
    return source.startsWith(DEV) ? nodes.at(Path.of(source)) : Optional.empty();
  }

  /** The kernel writes blank, tab, newline and backslash as a backslash and three octal digits. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length() && isOctal(field, i + 1)) {
        plain.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  private static boolean isOctal(String field, int at) {
    return field.substring(at, at + 3).chars().allMatch(c -> c >= '0' && c <= '7');
  }
}
