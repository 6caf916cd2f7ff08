package io.mooring.e2e.load;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.lab.qemu.VirtualMachine;

/**
 * Random content of a volume, known by its digest.
 *
 * @param sha256 of what was written
 */
public record Content(String sha256) {
  private static final int MIB = 8;

  /** Writes new random content where the pod sees the volume, and syncs it. */
  public static Content write(VirtualMachine vm, Attachment attachment) {
    vm.shell()
        .check(
            "head -c %d /dev/urandom > /run/content && dd if=/run/content of=%s bs=1M conv=fsync,notrunc status=none"
                .formatted(MIB << 20, place(attachment)));
    return new Content(digest(vm, "cat /run/content"));
  }

  /** Reads what is there now, from the disk and not from the page cache. */
  public static Content read(VirtualMachine vm, Attachment attachment) {
    return new Content(
        digest(
            vm,
            "dd if=%s iflag=direct bs=1M count=%d status=none".formatted(place(attachment), MIB)));
  }

  private static String digest(VirtualMachine vm, String source) {
    String line = vm.shell().check("set -o pipefail; " + source + " | sha256sum");
    return line.substring(0, line.indexOf(' '));
  }

  private static String place(Attachment attachment) {
    return attachment.kind() == VolumeKind.BLOCK
        ? attachment.targetPath()
        : attachment.targetPath() + "/content";
  }
}
