package io.mooring.node.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.MountTable;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMountsTest {
  private static final Path DEVICE = Path.of("/dev/mapper/36001405");

  @TempDir Path directory;
  private Path real;
  private Path target;
  private final List<String> mounted = new ArrayList<>();
  private final ScriptedCommands commands = new ScriptedCommands();
  private HostMounts mounts;

  @BeforeEach
  void plant() throws Exception {
    real = Files.createDirectories(directory.resolve("real")).toRealPath();
    target = real.resolve("staging");
    Files.createDirectories(directory.resolve("proc/1"));
    mounts =
        new HostMounts(
            new MountTable(directory.resolve("proc"), path -> Optional.empty()), commands);
    writeTable();
  }

  private void writeTable() {
    StringBuilder table = new StringBuilder("24 1 254:0 / / rw - ext4 /dev/vda rw\n");
    for (String point : mounted) {
      table
          .append("38 24 253:0 / ")
          .append(point)
          .append(" rw - ext4 ")
          .append(DEVICE)
          .append(" rw\n");
    }
    try {
      Files.writeString(directory.resolve("proc/1/mountinfo"), table.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void given(String... points) {
    mounted.addAll(List.of(points));
    writeTable();
  }

  private void umountTakesTheTopLayer() {
    commands
        .on("umount")
        .does(command -> {
          mounted.remove(mounted.lastIndexOf(command.argv().getLast()));
          writeTable();
          return new CommandResult(0, "", "");
        });
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  @Test
  void anSeLinuxContextWithCategoriesReachesMountInOnePiece() {
    String context = "context=\"system_u:object_r:container_file_t:s0:c12,c345\"";
    commands.on("mount").succeeds();
    mounts.mount(DEVICE, directory.resolve("m"), FsType.XFS, List.of("noatime", context), soon());
    assertThat(commands.ran("mount").getFirst().argv())
        .containsSequence("-o", "noatime," + context);
  }

  @Test
  void everyLayerIsUnmounted() {
    given(target.toString(), target.toString(), target + "-other");
    umountTakesTheTopLayer();
    mounts.unmount(target, soon());
    assertThat(mounts.at(target)).isEmpty();
    assertThat(mounted).containsExactly(target + "-other");
    assertThat(commands.ran("umount")).hasSize(2);
  }

  @Test
  void anUnmountIsNeverLazyOrForced() {
    given(target.toString());
    umountTakesTheTopLayer();
    mounts.unmount(target, soon());
    assertThat(commands.ran().getFirst().argv())
        .containsExactly("umount", "--no-canonicalize", target.toString());
  }

  @Test
  void whatIsNotMountedNeedsNoUnmount() {
    mounts.unmount(target, soon());
    mounts.unmount(Path.of("/nowhere/at/all"), soon());
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aBusyMountIsAFailureThatSaysSo() {
    given(target.toString());
    commands.on("umount").fails(32, "umount: " + target + ": target is busy.");
    assertThatThrownBy(() -> mounts.unmount(target, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("target is busy")
        .extracting("kind")
        .isEqualTo(Kind.FAILED_PRECONDITION);
  }

  @Test
  void anUnmountThatIsOverIsNoFailureWhateverItsExitCode() {
    given(target.toString());
    commands
        .on("umount")
        .does(command -> {
          mounted.clear();
          writeTable();
          return new CommandResult(32, "", "umount: not mounted.");
        });
    mounts.unmount(target, soon());
    assertThat(mounts.at(target)).isEmpty();
  }

  @Test
  void aPathThroughALinkIsFoundUnderItsRealName() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    given(target.toString());
    assertThat(mounts.at(link.resolve("staging"))).hasSize(1);
    umountTakesTheTopLayer();
    mounts.unmount(link.resolve("staging"), soon());
    assertThat(mounted).isEmpty();
  }

  @Test
  void aMountNamesTypeAndOptions() {
    commands.on("mount").succeeds();
    mounts.mount(DEVICE, target, FsType.XFS, List.of("noatime", "nouuid"), soon());
    assertThat(commands.ran().getFirst().argv())
        .containsExactly(
            "mount", "-t", "xfs", "-o", "noatime,nouuid", DEVICE.toString(), target.toString());
  }

  @Test
  void aReadOnlyBindIsReadOnlyFromTheStart() {
    commands.on("mount").succeeds();
    mounts.bind(target, real.resolve("pod"), true, soon());
    assertThat(commands.ran().getFirst().argv())
        .containsExactly(
            "mount", "-o", "bind,ro", target.toString(), real.resolve("pod").toString());
  }

  @Test
  void aRefusedMountTellsWhy() {
    commands.on("mount").fails(32, "mount: wrong fs type, bad option, bad superblock");
    assertThatThrownBy(() -> mounts.mount(DEVICE, target, FsType.EXT4, List.of(), soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("bad superblock");
  }
}
