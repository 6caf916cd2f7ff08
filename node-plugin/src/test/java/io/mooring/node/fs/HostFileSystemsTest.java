package io.mooring.node.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.host.Command;
import io.mooring.runtime.host.CommandResult;
import io.mooring.runtime.host.ScriptedCommands;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFileSystemsTest {
  private static final Path DEVICE = Path.of("/dev/mapper/36001405");
  private static final long SIZE = 1L << 30;

  @TempDir Path root;
  private SysfsTree tree;
  private final ScriptedCommands commands = new ScriptedCommands();
  private HostFileSystems fileSystems;

  @BeforeEach
  void plant() {
    tree = new SysfsTree(root);
    tree.attribute("dev/block/253:0/size", String.valueOf(SIZE / 512));
    fileSystems =
        new HostFileSystems(tree.sysfs(), path -> Optional.of(new DeviceNumber(253, 0)), commands);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private void blkidFindsNothing() {
    commands.on("blkid").exits(2, "", "");
  }

  private void everythingReadsAsZeros() {
    commands.on("dd").does(command -> zeros(length(command)));
  }

  private static CommandResult zeros(long length) {
    return new CommandResult(0, "\0".repeat((int) length), "0+1 records in\n");
  }

  private static long length(Command command) {
    return Long.parseLong(command.argv().getLast().substring("count=".length()));
  }

  private void reads(long offset, String content) {
    commands.on("dd at " + offset, argv -> argv.contains("skip=" + offset)).prints(content);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(Failure.class)
        .extracting("kind")
        .isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void aFileSystemThatSaysNothingOfItsRootHasShutDown() {
    commands.on("stat").prints("128\n");
    assertThat(fileSystems.answers(FsType.XFS, root, soon())).isTrue();
    commands.on("stat").exits(1, "", "stat: cannot statx '/x': Input/output error\n");
    assertThat(fileSystems.answers(FsType.XFS, root, soon())).isFalse();
    commands.on("stat").exits(137, "", "");
    assertThatThrownBy(() -> fileSystems.answers(FsType.XFS, root, soon()))
        .isInstanceOf(Failure.class);
  }

  @Test
  void anExt4ThatDoesNotSyncItsRootIsStopped() {
    commands.onExactly("sync", root.toString()).succeeds();
    assertThat(fileSystems.answers(FsType.EXT4, root, soon())).isTrue();
    commands.onExactly("sync", root.toString()).exits(1, "", "sync: error syncing '/x'\n");
    assertThat(fileSystems.answers(FsType.EXT4, root, soon())).isFalse();
  }

  @Test
  void anExt4CountsItsErrors() {
    tree.attribute("fs/ext4/dm-0/errors_count", "0");
    assertThat(fileSystems.metErrors(FsType.EXT4, "dm-0")).isFalse();
    tree.attribute("fs/ext4/dm-0/errors_count", "4");
    assertThat(fileSystems.metErrors(FsType.EXT4, "dm-0")).isTrue();
    assertThat(fileSystems.metErrors(FsType.XFS, "dm-0")).isFalse();
    assertThat(fileSystems.metErrors(FsType.EXT4, "dm-1")).isFalse();
  }

  @Test
  void theSizeIsWhatTheFileSystemsOwnProgramSays() {
    commands.on("dumpe2fs").exits(0, Samples.text("fs/dumpe2fs.txt"), "");
    commands.on("xfs_info").exits(0, Samples.text("fs/xfs_info.txt"), "");
    assertThat(fileSystems.sizeBytes(FsType.EXT4, DEVICE, root, soon())).isEqualTo(64L << 20);
    assertThat(fileSystems.sizeBytes(FsType.XFS, DEVICE, root, soon())).isEqualTo(320L << 20);
    commands
        .onExactly("btrfs", "filesystem", "usage", "--raw", root.toString())
        .prints(Samples.text("fs/btrfs-usage.txt"));
    assertThat(fileSystems.sizeBytes(FsType.BTRFS, DEVICE, root, soon())).isEqualTo(512L << 20);
  }

  @Test
  void aSizeThatIsNotSaidIsNotGuessed() {
    commands.on("dumpe2fs").exits(0, "Block count: 12", "");
    assertThatThrownBy(() -> fileSystems.sizeBytes(FsType.EXT4, DEVICE, root, soon()))
        .hasMessageContaining("dumpe2fs");
  }

  @Test
  void aDeviceOfZerosWithoutSignatureIsBlank() {
    blkidFindsNothing();
    everythingReadsAsZeros();
    assertThat(fileSystems.probe(DEVICE, SIZE, soon())).isEqualTo(new Content.Blank());
    assertThat(commands.ran("dd")).hasSize(5);
    assertThat(commands.ran("dd"))
        .allMatch(dd -> dd.argv().stream().anyMatch(word -> word.startsWith("iflag=direct,")));
  }

  @Test
  void aDeviceThatCannotBeReadIsNotBlankEvenIfBlkidFindsNothing() {
    blkidFindsNothing();
    commands.on("dd").fails(1, "dd: error reading '/dev/mapper/x': Input/output error");
    assertUnavailable(() -> fileSystems.probe(DEVICE, SIZE, soon()));
  }

  @Test
  void aReadThatEndsEarlyIsNotBlank() {
    blkidFindsNothing();
    commands.on("dd").does(command -> zeros(length(command) - 4096));
    assertUnavailable(() -> fileSystems.probe(DEVICE, SIZE, soon()));
  }

  @Test
  void aReadThatHangsIsUnavailable() {
    blkidFindsNothing();
    commands.on("dd").throwsFailure(Failure.deadlineExceeded("dd was killed"));
    assertUnavailable(() -> fileSystems.probe(DEVICE, SIZE, soon()));
  }

  @Test
  void oneByteOfDataWithoutSignatureAnywhereForbidsAFormat() {
    blkidFindsNothing();
    for (Extent mark : Extent.marks(SIZE)) {
      everythingReadsAsZeros();
      String piece = "\0".repeat((int) mark.length() - 1) + "x";
      reads(mark.offset(), piece);
      assertThat(fileSystems.probe(DEVICE, SIZE, soon()))
          .as("data in %s", mark)
          .isInstanceOf(Content.Unknown.class);
    }
  }

  @Test
  void realFileSystemsAreRecognised() {
    assertThat(BlkId.content(Samples.text("fs/blkid-ext4.txt")))
        .isEqualTo(
            new Content.Formatted(
                "ext4", "85ec5749-dd19-4cb3-acaa-83df9800d8eb", OptionalLong.of(1L << 30)));
    assertThat(BlkId.content(Samples.text("fs/blkid-xfs.txt")))
        .isEqualTo(
            new Content.Formatted(
                "xfs", "4e17045a-456c-4fc1-924b-b8c43c38351e", OptionalLong.of(512L << 20)));
    assertThat(BlkId.content(Samples.text("fs/blkid-btrfs.txt")))
        .isEqualTo(new Content.Formatted("btrfs", "11111111-2222-3333-4444-555555555555"));
  }

  @Test
  void aVolumeGroupOrAPartitionTableIsNoFileSystemAndNotBlank() {
    assertThat(BlkId.content(Samples.text("fs/blkid-lvm.txt")))
        .isEqualTo(new Content.Unknown("LVM2_member"));
    assertThat(BlkId.content(Samples.text("fs/blkid-gpt.txt")))
        .isEqualTo(new Content.Unknown("a partition table (gpt)"));
    commands.on("blkid").exits(8, "", "ambivalent result");
    assertThat(fileSystems.probe(DEVICE, SIZE, soon())).isInstanceOf(Content.Unknown.class);
  }

  @Test
  void anEncryptedVolumeIsKnownAsOne() {
    commands
        .on("blkid")
        .prints("DEVNAME=/dev/dm-0\nVERSION=2\nUUID=8f7e\nTYPE=crypto_LUKS\nUSAGE=crypto\n");
    assertThat(fileSystems.probe(DEVICE, SIZE, soon())).isEqualTo(new Content.Encrypted());
  }

  @Test
  void blankingWritesZerosWhereAProbeLooksAndNowhereElse() {
    commands.on("dd", "if=/dev/zero").succeeds();
    fileSystems.blank(DEVICE, SIZE, soon());
    assertThat(commands.ran("dd"))
        .hasSameSizeAs(Extent.marks(SIZE))
        .allSatisfy(
            command -> assertThat(command.argv()).contains("of=" + DEVICE, "conv=notrunc,fsync"));
  }

  @Test
  void aDeviceOfAnotherSizeIsNotEvenReadFrom() {
    assertUnavailable(() -> fileSystems.probe(DEVICE, SIZE + 512, soon()));
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void aFormatProvesTheBlankDeviceOnceMoreRightBefore() {
    commands.on("mkfs.ext4").succeeds();
    everythingReadsAsZeros();
    commands.on("blkid").prints(Samples.text("fs/blkid-xfs.txt"));
    assertThatThrownBy(() -> fileSystems.format(FsType.EXT4, DEVICE, SIZE, List.of(), soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("not blank");
    assertThat(commands.ran("mkfs.ext4")).isEmpty();
  }

  @Test
  void aFormatIsProvenByWhatIsThenOnTheDevice() {
    blkidFindsNothing();
    everythingReadsAsZeros();
    commands
        .on("mkfs.ext4")
        .does(command -> {
          commands.on("blkid").prints(Samples.text("fs/blkid-ext4.txt"));
          return new CommandResult(0, "", "");
        });
    fileSystems.format(FsType.EXT4, DEVICE, SIZE, List.of("-m", "0"), soon());
    assertThat(commands.ran("mkfs.ext4").getFirst().argv())
        .containsSubsequence("-m", "0")
        .endsWith(DEVICE.toString())
        .noneMatch(word -> word.equals("-F"));
  }

  @Test
  void anMkfsThatLeavesNothingBehindIsAFailure() {
    blkidFindsNothing();
    everythingReadsAsZeros();
    commands.on("mkfs.xfs").succeeds();
    assertThatThrownBy(() -> fileSystems.format(FsType.XFS, DEVICE, SIZE, List.of(), soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("there is no xfs");
  }

  @Test
  void mkfsNeverGetsAnOptionThatOverwrites() {
    for (FsKind kind : List.of(ext4(), xfs(), btrfs())) {
      assertThat(kind.make(DEVICE, List.of()).argv()).doesNotContain("-F", "-f");
    }
  }

  private Ext4 ext4() {
    return new Ext4(tree.sysfs(), commands);
  }

  private Xfs xfs() {
    return new Xfs(tree.sysfs(), commands);
  }

  private Btrfs btrfs() {
    return new Btrfs(tree.sysfs(), commands);
  }

  @Test
  void optionsOfAStorageClassJoinOurs() {
    assertThat(ext4().make(DEVICE, List.of("-i", "65536", "-E", "stride=16")).argv())
        .containsExactly(
            "mkfs.ext4",
            "-q",
            "-i",
            "65536",
            "-E",
            "nodiscard,lazy_itable_init=1,lazy_journal_init=1,stride=16",
            DEVICE.toString());
    assertThat(xfs().make(DEVICE, List.of("-m", "reflink=1")).argv())
        .containsExactly("mkfs.xfs", "-q", "-K", "-m", "reflink=1", DEVICE.toString());
    assertThat(btrfs().make(DEVICE, List.of("-d", "dup")).argv())
        .containsExactly("mkfs.btrfs", "-q", "-K", "-d", "dup", DEVICE.toString());
  }

  @Test
  void whatFsckCorrectedIsFineAndWhatItLeftIsNot() {
    for (int fine : List.of(0, 1, 2, 3)) {
      commands.on("fsck.ext4").exits(fine, "", "");
      fileSystems.check(FsType.EXT4, DEVICE, soon());
    }
    for (int bad : List.of(4, 5, 8, 16, 32)) {
      commands.on("fsck.ext4").exits(bad, "UNEXPECTED INCONSISTENCY", "");
      assertThatThrownBy(() -> fileSystems.check(FsType.EXT4, DEVICE, soon()))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("by hand");
    }
    assertThat(commands.ran()).allMatch(fsck -> fsck.argv().contains("-p"));
  }

  @Test
  void xfsAndBtrfsAreLeftToTheirMount() {
    fileSystems.check(FsType.XFS, DEVICE, soon());
    fileSystems.check(FsType.BTRFS, DEVICE, soon());
    assertThat(commands.ran()).isEmpty();
  }

  @Test
  void onlyAsManyBytesAsWereAskedForProveARead() {
    everythingReadsAsZeros();
    reads(0, "\u00ff".repeat(262144));
    fileSystems.readProof(DEVICE, SIZE, soon());
    reads(SIZE - 4096, "\0".repeat(4095));
    assertUnavailable(() -> fileSystems.readProof(DEVICE, SIZE, soon()));
  }

  @Test
  void theSuperblockIsGoneWhenTheKernelSaysSo() {
    tree.directory("fs/ext4/dm-0");
    assertThat(fileSystems.superblockGone(FsType.EXT4, "dm-0")).isFalse();
    assertThat(fileSystems.superblockGone(FsType.XFS, "dm-0")).isTrue();
    tree.remove("fs/ext4/dm-0");
    assertThat(fileSystems.superblockGone(FsType.EXT4, "dm-0")).isTrue();
  }

  @Test
  void theKernelHasABtrfsUnderWhateverFsid() {
    tree.directory("fs/btrfs/features");
    assertThat(fileSystems.superblockGone(FsType.BTRFS, "dm-0")).isTrue();
    tree.directory("fs/btrfs/17597cc0-1832-4137-a9b5-b3f8bbca7574/devices/dm-0");
    assertThat(fileSystems.superblockGone(FsType.BTRFS, "dm-0")).isFalse();
    assertThat(fileSystems.superblockGone(FsType.BTRFS, "dm-1")).isTrue();
  }

  @Test
  void aBtrfsGrowsToTheEndOfItsDevice() {
    commands.onExactly("btrfs", "filesystem", "resize", "max", root.toString()).succeeds();
    fileSystems.grow(FsType.BTRFS, DEVICE, root, soon());
    assertThat(commands.ran("btrfs")).hasSize(1);
  }

  @Test
  void usageIsInBytesAndInodes() {
    commands.on("stat", "-f").prints("4096 249195 249125 231922 65536 65524\n");
    assertThat(fileSystems.usage(Path.of("/mnt"), soon()))
        .isEqualTo(new Usage(1020702720, 286720, 949952512, 65536, 12, 65524));
    commands.on("stat", "-f").prints("4096 ? 249125 231922 65536 65524\n");
    assertThatThrownBy(() -> fileSystems.usage(Path.of("/mnt"), soon()))
        .isInstanceOf(Failure.class);
  }

  @Test
  void aFlushEmptiesTheDisksCacheAndTheKernels() {
    commands.on("sync").succeeds();
    commands.on("blockdev", "--flushbufs").succeeds();
    fileSystems.flush(DEVICE, soon());
    assertThat(commands.ran()).extracting(Command::program).containsExactly("sync", "blockdev");
  }

  @Test
  void aWriteProtectedVolumeLeavesItsLogAlone() {
    assertThat(FsType.EXT4.mountOptions(true)).containsExactly("ro", "noload");
    assertThat(FsType.XFS.mountOptions(true)).containsExactly("nouuid", "ro", "norecovery");
    assertThat(FsType.XFS.mountOptions(false)).containsExactly("nouuid");
    assertThat(FsType.BTRFS.mountOptions(true)).containsExactly("ro", "rescue=nologreplay");
  }

  @Test
  void nothingElseIsOffered() {
    assertThat(FsType.parse("ext4")).isEqualTo(FsType.EXT4);
    assertThat(FsType.parse("xfs")).hasToString("xfs");
    assertThat(FsType.parse("btrfs")).hasToString("btrfs");
    assertThatThrownBy(() -> FsType.parse("EXT4")).isInstanceOf(Failure.class);
  }
}
