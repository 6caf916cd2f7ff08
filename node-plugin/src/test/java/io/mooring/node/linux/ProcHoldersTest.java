package io.mooring.node.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.sample.Samples;
import io.mooring.node.sample.SysfsTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcHoldersTest {
  private static final DeviceNumber MAP = new DeviceNumber(253, 0);

  @TempDir Path directory;
  private Path proc;
  private SysfsTree tree;
  private final Map<String, DeviceNumber> numbers = new HashMap<>();

  @BeforeEach
  void plant() throws Exception {
    proc = Files.createDirectories(directory.resolve("proc"));
    tree = new SysfsTree(Files.createDirectories(directory.resolve("sys")));
    process(1, "systemd", "mnt:[1]", Samples.text("linux/mountinfo.txt"));
  }

  private void process(int pid, String name, String namespace, String mounts) throws Exception {
    Path process = Files.createDirectories(proc.resolve(String.valueOf(pid)));
    Files.createDirectories(process.resolve("ns"));
    Files.createDirectories(process.resolve("fd"));
    Files.writeString(process.resolve("comm"), name + "\n");
    Files.writeString(process.resolve("mountinfo"), mounts);
    Files.createSymbolicLink(process.resolve("ns/mnt"), Path.of(namespace));
  }

  private void open(int pid, int descriptor, String target, DeviceNumber number) throws Exception {
    Path link = proc.resolve(pid + "/fd/" + descriptor);
    Files.createSymbolicLink(link, Path.of(target));
    numbers.put(link.toString(), number);
  }

  private ProcHolders holders() {
    return new ProcHolders(
        proc, tree.sysfs(), path -> Optional.ofNullable(numbers.get(path.toString())));
  }

  @Test
  void aProcessWithTheDeviceOpenIsNamed() throws Exception {
    process(815, "blkid", "mnt:[1]", "");
    open(815, 3, "/dev/dm-0", MAP);
    assertThat(holders().of(MAP)).contains(new Holder(815, "blkid", "has it open"));
  }

  @Test
  void aPodsViewOfARawVolumeCountsAsOpen() throws Exception {
    process(816, "qemu", "mnt:[2]", "");
    open(816, 9, "/var/lib/kubelet/plugins/kubernetes.io/csi/volumeDevices/publish/pv/1", MAP);
    assertThat(holders().of(MAP)).contains(new Holder(816, "qemu", "has it open"));
  }

  @Test
  void filesOnAFileSystemAreNotEvenLookedAt() throws Exception {
    process(817, "postgres", "mnt:[1]", "");
    // A stat of this one would hang if its file system were dead; the fake would answer.
    open(817, 5, "/var/lib/data/base", MAP);
    assertThat(holders().of(MAP)).noneMatch(holder -> holder.pid() == 817);
  }

  @Test
  void everyMountNamespaceIsNamedOnce() throws Exception {
    process(20, "leaky", "mnt:[2]", Samples.text("linux/mountinfo.txt"));
    process(21, "leaky-child", "mnt:[2]", Samples.text("linux/mountinfo.txt"));
    process(22, "clean", "mnt:[3]", "24 1 254:0 / / rw - ext4 /dev/vda rw\n");
    assertThat(holders().mountsOf(MAP))
        .extracting(Holder::name)
        .containsExactly("systemd", "leaky");
  }

  @Test
  void aDeviceOnTopIsNamed() {
    tree.directory("dev/block/253:0/holders/dm-3");
    assertThat(holders().of(MAP)).contains(new Holder(0, "dm-3", "lies on top of it"));
  }

  @Test
  void aLoopDeviceOnItIsNamed() {
    tree.attribute("block/loop4/loop/backing_file", "/dev/dm-0");
    numbers.put("/dev/dm-0", MAP);
    assertThat(holders().of(MAP)).contains(new Holder(0, "loop4", "is set up on it"));
  }

  @Test
  void processesThatAreGoneAreLeftOut() throws Exception {
    Files.createDirectories(proc.resolve("4711"));
    assertThat(holders().of(MAP)).extracting(Holder::pid).containsExactly(1L);
  }

  @Test
  void aHolderReadsAsPartOfASentence() {
    assertThat(new Holder(815, "blkid", "has it open")).hasToString("blkid (pid 815) has it open");
    assertThat(new Holder(0, "dm-3", "lies on top of it")).hasToString("dm-3 lies on top of it");
  }
}
