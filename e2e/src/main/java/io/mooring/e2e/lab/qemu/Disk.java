package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * A disk of a VM.
 *
 * @param serial at most 20 characters; the VM sees it as {@code /dev/disk/by-id/virtio-<serial>},
 *     or as {@code scsi-0QEMU_QEMU_HARDDISK_<serial>} on the SCSI bus
 * @param file on this machine
 * @param format {@code raw} or {@code qcow2}
 * @param bus how it is attached
 * @param readOnly several VMs may share a read-only file
 */
public record Disk(String serial, Path file, String format, Bus bus, boolean readOnly) {
  public Disk {
    requireNonNull(serial, "serial is null");
    requireNonNull(file, "file is null");
    requireNonNull(format, "format is null");
    requireNonNull(bus, "bus is null");
  }

  /** The bus decides the name: vdX is never looked at by multipathd, sdX is. */
  public enum Bus {
    VIRTIO,
    SCSI
  }

  /** The disk with the root file system. */
  public static Disk root(Path overlay) {
    return new Disk("root", overlay, "qcow2", Bus.VIRTIO, false);
  }

  /** An empty disk to write on. */
  public static Disk data(String serial, Path file) {
    return new Disk(serial, file, "raw", Bus.VIRTIO, false);
  }

  /** A disk that looks like one built into a server. */
  public static Disk local(String serial, Path file) {
    return new Disk(serial, file, "raw", Bus.SCSI, false);
  }

  /** A file system that several VMs mount. */
  public static Disk shared(String serial, Path file) {
    return new Disk(serial, file, "raw", Bus.VIRTIO, true);
  }
}
