package io.mooring.e2e.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.lab.image.GoldenImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemDiskTest {
  private static final Path FRESH = Path.of("/lab/storage/root-1.qcow2");

  @Test
  void theNewFileIsUsedAsTheFirstOneWas() {
    assertThat(SystemDisk.node("system-1", FRESH))
        .hasToString(
            """
            {"driver":"qcow2","node-name":"system-1","discard":"unmap","cache":{"no-flush":true},\
            "file":{"driver":"file","filename":"/lab/storage/root-1.qcow2","discard":"unmap"}}\
            """);
  }

  @Test
  void theDiskThatIsExchangedIsOneThatTheCommandLineNames() {
    VmSpec storage =
        new VmSpec(
            "storage",
            "storage",
            0,
            1024,
            false,
            List.of(),
            List.of(Disk.root(Path.of("/lab/storage/root.qcow2"))),
            List.of());
    Path some = Path.of("/x");
    List<String> argv =
        QemuCommand.of(
            storage,
            new VmFiles(some, some, some, some),
            new GoldenImage(some, some, some),
            Accelerator.TCG);

    assertThat(argv).contains("virtio-blk-pci,id=disk-root,drive=root,serial=root");
    assertThat(SystemDisk.exchange("system-1").get("path").getAsString())
        .isEqualTo("/machine/peripheral/disk-root");
  }
}
