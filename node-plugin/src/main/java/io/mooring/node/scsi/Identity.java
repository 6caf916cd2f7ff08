package io.mooring.node.scsi;

import static java.util.Objects.requireNonNull;

/**
 * Which logical unit a disk is. Both must match: the WWID holds only the first 25 digits of the
 * serial number.
 *
 * @param wwid from VPD page 0x83
 * @param serial the whole unit serial number from VPD page 0x80, without padding
 */
public record Identity(Wwid wwid, String serial) {
  public Identity {
    requireNonNull(wwid, "wwid is null");
    requireNonNull(serial, "serial is null");
  }

  @Override
  public String toString() {
    return wwid + " (serial " + serial + ")";
  }
}
