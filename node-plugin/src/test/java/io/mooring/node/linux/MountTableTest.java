package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.Samples;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
  private static final Path DEVICE = Path.of("/dev/mapper/360014050123456789abcdef012345678");
  private static final DeviceNumber NUMBER = new DeviceNumber(253, 4);

  private final List<Mount> mounts = table().parse(Samples.text("linux/mountinfo.txt"));

  private static MountTable table() {
    return table(Path.of("/proc"));
  }

  private static MountTable table(Path proc) {
    return new MountTable(
        proc, path -> path.equals(DEVICE) ? Optional.of(NUMBER) : Optional.empty());
  }

  private static DeviceNumber deviceOf(String fsType, String source) {
    return table()
        .parse("65 43 0:41 / /mnt rw,relatime - " + fsType + " " + source + " rw,subvol=/\n")
        .getFirst()
        .device();
  }

  private Mount at(String path) {
    return mounts.stream()
        .filter(mount -> mount.mountPoint().equals(Path.of(path)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aFileSystemIsReadWithItsDeviceNumberAndItsUnescapedPath() {
    Mount staged = at("/mnt/stage one");
    assertThat(staged.device()).isEqualTo(new DeviceNumber(253, 0));
    assertThat(staged.fsType()).isEqualTo("ext4");
    assertThat(staged.root()).isEqualTo("/");
    assertThat(staged.source()).isEqualTo("/dev/mapper/360014050123456789abcdef012345678");
    assertThat(staged.options()).isEqualTo("rw,noatime");
    assertThat(staged.readOnly()).isFalse();
  }

  @Test
  void aReadOnlyBindMountOfAWritableFileSystemIsReadOnly() {
    assertThat(at("/mnt/pod").readOnly()).isTrue();
    assertThat(at("/mnt/pod").device()).isEqualTo(new DeviceNumber(253, 0));
  }

  @Test
  void aBoundDeviceNodeNamesTheNodeInItsRoot() {
    assertThat(at("/mnt/rawdev").root()).isEqualTo("/dm-0");
    assertThat(at("/mnt/rawdev").fsType()).isEqualTo("devtmpfs");
  }

  @Test
  void everyLineOfARealHostIsRead() {
    assertThat(mounts).hasSize((int) Samples.text("linux/mountinfo.txt").lines().count());
  }

  @Test
  void escapesAreUndoneAndOtherBackslashesKept() {
    List<Mount> odd =
        table().parse("36 35 98:0 / /a\\011b\\134c\\8 rw - ext3 /dev/root rw,errors=continue\n");
    assertThat(odd.getFirst().mountPoint()).isEqualTo(Path.of("/a\tb\\c\\8"));
  }

  @Test
  void aLineWithoutSeparatorIsAnErrorAndNotAMissingMount() {
    assertThatThrownBy(() -> table().parse("36 35 98:0 / /mnt rw ext3 /dev/root rw\n"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("unknown form");
  }

  @Test
  void aBtrfsIsOnTheDeviceThatTheKernelNamesAsItsSource() {
    assertThat(deviceOf("btrfs", DEVICE.toString())).isEqualTo(NUMBER);
  }

  @Test
  void aSourceThatLeadsToNoDeviceLeavesTheNumberThatTheKernelMadeUp() {
    DeviceNumber madeUp = new DeviceNumber(0, 41);
    assertThat(deviceOf("btrfs", "/dev/mapper/gone")).isEqualTo(madeUp);
    assertThat(deviceOf("btrfs", "none")).isEqualTo(madeUp);
  }

  @Test
  void whatWasGivenToMountIsNoProofForOtherFileSystems() {
    assertThat(deviceOf("ext4", DEVICE.toString())).isEqualTo(new DeviceNumber(0, 41));
  }

  @Test
  void theHostsTableIsThatOfProcessOne(@TempDir Path proc) throws Exception {
    Files.createDirectories(proc.resolve("1"));
    Files.writeString(proc.resolve("1/mountinfo"), Samples.text("linux/mountinfo.txt"));
    assertThat(table(proc).host()).isEqualTo(mounts);
  }

  @Test
  void aProcessThatHasEndedHasNoTable(@TempDir Path proc) {
    assertThat(table(proc).of(4711)).isEmpty();
  }
}
