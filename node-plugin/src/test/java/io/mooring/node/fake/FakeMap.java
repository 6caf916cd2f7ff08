package io.mooring.node.fake;

import io.mooring.node.fs.Content;
import io.mooring.node.linux.DeviceNumber;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Hctl;
import io.mooring.node.scsi.Wwid;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A multipath map in the fake kernel, or an encrypted mapping on one. */
final class FakeMap {
  final String dmName;
  final DeviceNumber number;
  final Wwid wwid;
  final List<Hctl> slaves = new ArrayList<>();

  /** Those of the slaves that multipathd does not have for paths of this map. */
  final List<Hctl> strays = new ArrayList<>();

  final List<String> holders = new ArrayList<>();
  String name;
  long sizeBytes;
  boolean readOnly;
  boolean suspended;
  boolean knownToMultipathd = true;
  boolean queueingDisabled;
  boolean udevDone = true;
  boolean superblockPinned;
  int openers;

  /** What a mapping decrypts; empty for a multipath map. */
  Optional<FakeMap> below = Optional.empty();

  FakeMap(String dmName, DeviceNumber number, Wwid wwid, String name) {
    this.dmName = dmName;
    this.number = number;
    this.wwid = wwid;
    this.name = name;
  }

  /** What a reader of this device finds of what is behind it. */
  Content content(FakeLun behind) {
    return below.isPresent() ? behind.decrypted() : behind.content();
  }

  MultipathMap shown() {
    return new MultipathMap(
        dmName, name, number, wwid, sizeBytes, suspended, readOnly, slaves, List.of(), holders);
  }
}
