package io.mooring.agent.lio;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.block.BlockDevice;
import io.mooring.agent.identity.Serial;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The storage objects below {@code core/iblock_9750}: one per published volume, opened exclusively
 * by the kernel. The number of the iblock adapter is ours; targetcli counts its own from 0.
 */
final class Backstores {
  static final String ADAPTER = "core/iblock_9750";
  static final String PRODUCT = "mooring";

  private static final Pattern DEVICE_NUMBER = Pattern.compile("Major: (\\d+) Minor: (\\d+)");
  private static final String SERIAL_LABEL = "T10 VPD Unit Serial Number:";

  private final ConfigFs fs;
  private final Removal removal;

  Backstores(ConfigFs fs, Removal removal) {
    this.fs = requireNonNull(fs, "fs is null");
    this.removal = requireNonNull(removal, "removal is null");
  }

  static String path(Serial serial) {
    return ADAPTER + "/" + serial.objectName();
  }

  boolean exists(Serial serial) {
    return fs.exists(path(serial));
  }

  /** The serials of all our backstores. */
  List<Serial> present() {
    return fs.children(ADAPTER).stream().flatMap(name -> Serial.ofObject(name).stream()).toList();
  }

  /** Makes the backstore, or verifies the one that exists; afterwards it can be exported. */
  void ensure(Serial serial, BlockDevice device) {
    String path = path(serial);
    fs.makeDirectory(ADAPTER);
    fs.makeDirectory(path);
    if (!fs.read(path + "/enable").equals("1")) {
      fs.write(path + "/control", "udev_path=" + device.path());
      // What targetcli shows; the kernel only stores it.
      fs.write(path + "/udev_path", device.path().toString());
      fs.write(path + "/enable", "1");
    }
    verifyDevice(path, device);
    set(path + "/wwn/vpd_unit_serial", serial.digits());
    set(path + "/wwn/product_id", PRODUCT);
    if (!fs.read(path + "/attrib/max_unmap_lba_count").equals("0")) {
      set(path + "/attrib/emulate_tpu", "1");
    }
    verify(path + "/wwn/vpd_unit_serial", serial.digits());
    verify(path + "/wwn/product_id", PRODUCT);
    verifyBlockSize(path + "/attrib/block_size");
  }

  /** The devices behind all of ours. */
  List<String> devices() {
    return present().stream()
        .map(serial -> fs.read(path(serial) + "/udev_path"))
        .filter(device -> !device.isEmpty()) // one that is half made
        .toList();
  }

  /** Removes it. It must not be exported any more. */
  void remove(Serial serial, Deadline deadline) {
    removal.removeDirectories(
        List.of(path(serial)), "remove the backstore of volume " + serial, deadline);
  }

  /** The kernel says which device it holds: the last guard against serving the wrong disk. */
  private void verifyDevice(String path, BlockDevice device) {
    Matcher number = DEVICE_NUMBER.matcher(fs.read(path + "/info"));
    String held = number.find() ? number.group(1) + ":" + number.group(2) : "no device";
    if (!held.equals(device.number())) {
      throw Failure.internal(
          "the backstore %s holds %s where %s is %s; unpublish the volume everywhere, so that it is made anew"
              .formatted(fs.absolute(path), held, device.path(), device.number()));
    }
  }

  /** The kernel refuses these while the backstore is exported, so they are written once. */
  private void set(String attribute, String value) {
    if (!value(attribute).equals(value)) {
      fs.write(attribute, value);
    }
  }

  private void verify(String attribute, String expected) {
    String found = value(attribute);
    if (!found.equals(expected)) {
      throw Failure.internal(
          "%s reads \"%s\" where \"%s\" belongs; the kernel log of this host says more"
              .formatted(fs.absolute(attribute), found, expected));
    }
  }

  private void verifyBlockSize(String attribute) {
    String bytes = fs.read(attribute);
    if (!bytes.equals("512") && !bytes.equals("4096")) {
      throw Failure.failedPrecondition(
          "%s is %s; only devices with blocks of 512 or 4096 bytes are served"
              .formatted(fs.absolute(attribute), bytes));
    }
  }

  private String value(String attribute) {
    String text = fs.read(attribute);
    return text.startsWith(SERIAL_LABEL) ? text.substring(SERIAL_LABEL.length()).strip() : text;
  }
}
