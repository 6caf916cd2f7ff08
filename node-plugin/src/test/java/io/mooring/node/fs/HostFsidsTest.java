package io.mooring.node.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the superblock of a copy that was taken while its origin was written to: it has a log. */
class HostFsidsTest {
  private static final Path DEVICE = Path.of("/dev/mapper/36001405");
  private static final UUID ORIGIN = UUID.fromString("6d6f6f72-0000-4000-8000-0123456789ab");
  private static final UUID OWN = UUID.fromString("11111111-2222-3333-4444-555555555555");
  private static final int LOG_ROOT = 0x60;

  private final ScriptedCommands commands = new ScriptedCommands();
  private byte[] onDisk = Samples.bytes("fs/btrfs-superblock.bin");
  private SysfsTree tree;
  private HostFsids fsids;

  @BeforeEach
  void plant(@TempDir Path root) {
    tree = new SysfsTree(root);
    fsids = new HostFsids(tree.sysfs(), commands);
    commands.on("dd", "if=" + DEVICE).does(command -> new CommandResult(0, text(onDisk), ""));
    commands
        .on("dd", "of=" + DEVICE)
        .does(command -> {
          onDisk = command.input().getBytes(StandardCharsets.ISO_8859_1);
          return new CommandResult(0, "", "");
        });
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private ByteBuffer block() {
    return ByteBuffer.wrap(onDisk).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void alter(Consumer<ByteBuffer> change) {
    change.accept(block());
    CRC32C crc = new CRC32C();
    crc.update(onDisk, 32, onDisk.length - 32);
    block().putInt(0, (int) crc.getValue());
  }

  private void assertRefused(String word) {
    byte[] before = onDisk.clone();
    assertThatThrownBy(() -> fsids.change(DEVICE, OWN, soon()))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .hasMessageContaining(word);
    assertThat(onDisk).isEqualTo(before);
  }

  @Test
  void theFsidIsReadFromTheDiskItself() {
    assertThat(fsids.of(DEVICE, soon())).isEqualTo(ORIGIN);
    assertThat(commands.ran("dd").getFirst().argv()).contains("skip=65536", "count=4096");
  }

  @Test
  void aChangeMakesWhatTheKernelHasMountedAndReplayed() {
    fsids.change(DEVICE, OWN, soon());
    assertThat(onDisk).isEqualTo(Samples.bytes("fs/btrfs-superblock-renamed.bin"));
    assertThat(commands.ran("dd").get(1).argv())
        .contains("seek=65536", "bs=4096", "count=1", "conv=notrunc,fsync");
  }

  @Test
  void theLogThatWaitsForItsReplayStays() {
    long log = block().getLong(LOG_ROOT);
    fsids.change(DEVICE, OWN, soon());
    assertThat(block().getLong(LOG_ROOT)).isEqualTo(log).isNotZero();
  }

  @Test
  void aCopyOfACopyChangesOnlyItsFsid() {
    fsids.change(DEVICE, UUID.randomUUID(), soon());
    fsids.change(DEVICE, OWN, soon());
    assertThat(onDisk).isEqualTo(Samples.bytes("fs/btrfs-superblock-renamed.bin"));
  }

  @Test
  void theFirstFsidComesBackWithoutATrace() {
    fsids.change(DEVICE, OWN, soon());
    fsids.change(DEVICE, ORIGIN, soon());
    assertThat(onDisk).isEqualTo(Samples.bytes("fs/btrfs-superblock.bin"));
  }

  @Test
  void aWriteWithoutEffectIsAFailure() {
    commands.on("dd", "of=" + DEVICE).succeeds();
    assertThatThrownBy(() -> fsids.change(DEVICE, OWN, soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(ORIGIN.toString());
  }

  @Test
  void aDamagedSuperblockIsLeftAsItIs() {
    onDisk[0x60]++;
    assertRefused("damaged");
    onDisk = new byte[4096];
    assertRefused("damaged");
  }

  @Test
  void aFileSystemOnSeveralDevicesIsLeftAsItIs() {
    alter(block -> block.putLong(0x88, 2));
    assertRefused("2 devices");
  }

  @Test
  void aSeedOrAHalfConvertedFileSystemIsLeftAsItIs() {
    alter(block -> block.putLong(0x38, 1 | 1L << 36));
    assertRefused("conversion");
  }

  @Test
  void anotherChecksumIsReadButNotRewritten() {
    alter(block -> block.putShort(0xc4, (short) 2));
    assertThat(fsids.of(DEVICE, soon())).isEqualTo(ORIGIN);
    assertRefused("btrfstune -M " + OWN);
  }

  @Test
  void theKernelListsWhatIsMountedByItsFsid() {
    assertThat(fsids.mounted(OWN)).isEmpty();
    tree.directory("fs/btrfs/features");
    tree.directory("fs/btrfs/" + OWN + "/devices/dm-4");
    assertThat(fsids.mounted(OWN)).containsExactly("dm-4");
    assertThat(fsids.mounted(ORIGIN)).isEmpty();
  }
}
