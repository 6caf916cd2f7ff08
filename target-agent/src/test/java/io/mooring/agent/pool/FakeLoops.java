package io.mooring.agent.pool;

import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.host.HostCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** losetup with its loop devices, which appear below {@code dev} and {@code sys}. */
final class FakeLoops implements CommandRunner {
  private static final CommandResult NOT_SUPPORTED =
      new CommandResult(
          1, "", "cp: failed to clone 'b.img.half' from 'a.img': Operation not supported");

  private final Path host;
  private final Map<Path, Path> loops = new TreeMap<>();
  private final CommandRunner real = new HostCommands();
  private boolean busy;
  private boolean sharing = true;
  private int next;
  private int runs;
  private long blocks;
  private Optional<Command> copier = Optional.empty();

  FakeLoops(Path host) {
    this.host = host;
  }

  /** Somebody has every loop device open. */
  void busy() {
    busy = true;
  }

  /** The file system of the pool cannot share blocks between files. */
  void sharesNothing() {
    sharing = false;
  }

  /** So many blocks of 512 bytes are said to be what each file has that is asked for by name. */
  void everyFileHas(long itsBlocks) {
    blocks = itsBlocks;
  }

  /** The last child that copied bytes. */
  Command copier() {
    return copier.orElseThrow();
  }

  /** That of the tests may not be able to share blocks; what is tested is what is in the copy. */
  private static Command copy(Command command) {
    if (!command.argv().contains("--reflink=always")) {
      throw new AssertionError("a copy that takes time is no snapshot: " + command.argv());
    }
    return Command.of(
        command.argv().stream().map(word -> word.replace("=always", "=auto")).toList());
  }

  /** How many programs ran. */
  int runs() {
    return runs;
  }

  int attached() {
    return loops.size();
  }

  @Override
  public CommandResult run(Command command, Deadline deadline) {
    runs++;
    if (command.program().equals("find") && blocks > 0 && command.argv().contains("0")) {
      long files = command.argv().stream().filter(word -> word.endsWith(".img")).count();
      return new CommandResult(0, (blocks + "\n").repeat((int) files), "");
    }
    if (command.program().equals("nice")) {
      copier = Optional.of(command);
      return real.run(command, deadline);
    }
    if (command.program().equals("find")) {
      return real.run(command, deadline);
    }
    if (command.program().equals("cp")) {
      return sharing ? real.run(copy(command), deadline) : NOT_SUPPORTED;
    }
    try {
      if (command.argv().contains("--list")) {
        return new CommandResult(0, list(), "");
      }
      if (command.argv().contains("--find")) {
        attach(Path.of(command.argv().getLast()));
      } else if (command.argv().contains("--set-capacity")) {
        Path loop = Path.of(command.argv().getLast());
        setSize(loop.getFileName().toString(), Objects.requireNonNull(loops.get(loop)));
      } else if (command.argv().contains("--detach") && !busy) {
        Path loop = Path.of(command.argv().getLast());
        loops.remove(loop);
        Files.delete(host.resolve("sys").resolve(loop.getFileName()).resolve("loop/backing_file"));
      }
      return new CommandResult(0, "", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void attach(Path file) throws IOException {
    String name = "loop" + next++;
    Path sys = Files.createDirectories(host.resolve("sys").resolve(name));
    Files.writeString(sys.resolve("dev"), "7:" + next + "\n");
    Files.createDirectories(sys.resolve("loop"));
    Files.writeString(sys.resolve("loop/backing_file"), file + "\n");
    setSize(name, file);
    loops.put(Files.createFile(host.resolve("dev").resolve(name)), file);
  }

  private void setSize(String loop, Path file) throws IOException {
    Files.writeString(
        host.resolve("sys").resolve(loop).resolve("size"), Files.size(file) / 512 + "\n");
  }

  /** In the shape of the sample {@code losetup.json}. */
  private String list() throws IOException {
    if (loops.isEmpty()) {
      return "";
    }
    return loops.entrySet().stream()
        .map(loop -> {
          try {
            return row(loop.getKey(), loop.getValue());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .collect(Collectors.joining(",", "{\"loopdevices\": [", "]}"));
  }

  private static String row(Path loop, Path file) throws IOException {
    if (!Files.exists(file)) {
      return "{\"name\": \"%s\", \"back-ino\": 0, \"back-maj:min\": \"0:0\"}".formatted(loop);
    }
    Process stat = new ProcessBuilder("stat", "-c", "%i %Hd:%Ld", file.toString()).start();
    String[] said =
        new String(stat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .strip()
            .split(" ", -1);
    return "{\"name\": \"%s\", \"back-ino\": %s, \"back-maj:min\": \"%s\"}"
        .formatted(loop, said[0], said[1]);
  }
}
