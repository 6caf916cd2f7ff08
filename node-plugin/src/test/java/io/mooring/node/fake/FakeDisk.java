package io.mooring.node.fake;

import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.scsi.DiskState;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Identity;
import io.mooring.node.scsi.ScsiDisk;
import java.util.List;
import java.util.Optional;

/** A SCSI disk in the fake kernel, with what the kernel learned when it probed it. */
final class FakeDisk {
  final Hctl hctl;
  final String name;
  final DeviceNumber number;
  final FakeSession session;
  Optional<Identity> probed;
  long sizeBytes;
  boolean readOnly;
  DiskState state = DiskState.RUNNING;
  boolean udevDone = true;
  boolean knownToMultipathd;
  boolean failed;
  int inFlight;
  boolean moorings = true;

  FakeDisk(Hctl hctl, String name, DeviceNumber number, FakeSession session, FakeLun lun) {
    this.hctl = hctl;
    this.name = name;
    this.number = number;
    this.session = session;
    this.probed = Optional.of(lun.identity());
    this.sizeBytes = lun.sizeBytes();
    this.readOnly = lun.readOnly();
  }

  ScsiDisk shown(List<String> holders) {
    return new ScsiDisk(hctl, name, number, probed, sizeBytes, readOnly, state, holders);
  }
}
