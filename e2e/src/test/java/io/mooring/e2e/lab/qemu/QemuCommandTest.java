package io.mooring.e2e.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.lab.image.GoldenImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class QemuCommandTest {
  private static final GoldenImage IMAGE =
      new GoldenImage(
          Path.of("/image/root.qcow2"), Path.of("/image/kernel"), Path.of("/image/initrd"));
  private static final VmFiles FILES =
      new VmFiles(
          Path.of("/lab/console.log"),
          Path.of("/lab/qemu.log"),
          Path.of("/tmp/x/worker1.qmp"),
          Path.of("/tmp/x/worker1.token"));
  private static final PathNetworks NETWORKS = new PathNetworks(Path.of("/tmp/x"), 2);

  @Test
  void aWorkerConnectsWhereTheStorageHostListens() {
    List<String> worker = command(worker(List.of()));
    List<String> storage =
        command(
            new VmSpec(
                "storage",
                "storage",
                0,
                1024,
                false,
                List.of(),
                List.of(),
                NETWORKS.storageEnds()));

    assertThat(storage)
        .contains("stream,id=path-b-w1,server=on,addr.type=unix,addr.path=/tmp/x/b1")
        .contains(
            "virtio-net-pci,id=card-path-b-w1,netdev=path-b-w1,mac=52:54:00:0b:00:01,romfile=");
    assertThat(worker)
        .contains("stream,id=path-b,server=off,addr.type=unix,addr.path=/tmp/x/b1")
        .contains("virtio-net-pci,id=card-path-b,netdev=path-b,mac=52:54:00:0b:01:01,romfile=");
  }

  @Test
  void ofTwoLinkedWorkersTheFirstListens() {
    WorkerLinks links = new WorkerLinks(Path.of("/tmp/x"), 2);

    assertThat(links.ends(1))
        .containsExactly(new Cable("peer2", Path.of("/tmp/x/l1-2"), true, "52:54:00:0c:01:02"));
    assertThat(links.ends(2))
        .containsExactly(new Cable("peer1", Path.of("/tmp/x/l1-2"), false, "52:54:00:0c:02:01"));
  }

  @Test
  void aSharedDiskIsReadOnlyAndALocalOneIsOnTheScsiBus() {
    List<String> argv =
        command(
            worker(
                List.of(
                    Disk.shared("dist", Path.of("/lab/dist.img")),
                    Disk.local("local", Path.of("/lab/a,b.img")))));

    assertThat(argv)
        .contains("if=none,id=dist,file=/lab/dist.img,format=raw,readonly=on")
        .contains("virtio-blk-pci,id=disk-dist,drive=dist,serial=dist")
        .contains("if=none,id=local,file=/lab/a,,b.img,format=raw,cache=unsafe,discard=unmap")
        .contains("scsi-hd,bus=scsi.0,id=disk-local,drive=local,serial=local");
  }

  @Test
  void theKernelIsToldWhoTheMachineIs() {
    List<String> argv = command(worker(List.of()));

    String kernelLine = argv.get(argv.indexOf("-append") + 1);
    assertThat(kernelLine.split(" "))
        .contains("systemd.hostname=worker1", "lab.role=worker", "lab.number=1")
        .contains("systemd.mask=some.service", "lsm=selinux")
        .contains("systemd.machine_id=00000000000000000000006d6f6f7201");
  }

  @Test
  void theSecretIsNotOnTheCommandLine() {
    assertThat(command(worker(List.of())))
        .contains("name=opt/mooring/token,file=/tmp/x/worker1.token");
  }

  @Test
  void onlyANodeOfAClusterReachesThisMachine() {
    assertThat(command(worker(List.of(), false)))
        .contains("user,id=mgmt,restrict=on,hostfwd=tcp:127.0.0.1:0-:2022");
    assertThat(command(worker(List.of(), true)))
        .contains("user,id=mgmt,restrict=off,hostfwd=tcp:127.0.0.1:0-:2022");
  }

  private static VmSpec worker(List<Disk> disks) {
    return worker(disks, false);
  }

  private static VmSpec worker(List<Disk> disks, boolean reachesHost) {
    return new VmSpec(
        "worker1",
        "worker",
        1,
        1280,
        reachesHost,
        List.of("some.service"),
        disks,
        NETWORKS.workerEnds(1));
  }

  private static List<String> command(VmSpec spec) {
    return QemuCommand.of(spec, FILES, IMAGE, Accelerator.TCG);
  }
}
