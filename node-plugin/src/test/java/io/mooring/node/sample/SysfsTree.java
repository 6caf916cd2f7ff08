package io.mooring.node.sample;

import io.mooring.node.linux.Sysfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory that looks like sysfs, as far as the node plugin reads it. */
public final class SysfsTree {
  private final Path root;

  /**
   * @param root an empty directory
   */
  public SysfsTree(Path root) {
    this.root = root;
  }

  public Sysfs sysfs() {
    return new Sysfs(root);
  }

  public Path path(String entry) {
    return root.resolve(entry);
  }

  /** Makes or replaces an attribute; the kernel ends a value with a newline. */
  public void attribute(String entry, String value) {
    binary(entry, (value + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Makes or replaces an attribute of bytes. */
  public void binary(String entry, byte[] value) {
    try {
      Files.createDirectories(path(entry).getParent());
      Files.write(path(entry), value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a directory. */
  public void directory(String entry) {
    try {
      Files.createDirectories(path(entry));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a link with that text. */
  public void link(String entry, String target) {
    try {
      Files.createDirectories(path(entry).getParent());
      Files.createSymbolicLink(path(entry), Path.of(target));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes an entry with everything below it. */
  public void remove(String entry) {
    try (Stream<Path> below = Files.walk(path(entry))) {
      List<Path> deepestFirst = below.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A session with its connection, as the kernel shows it. */
  public void session(int id, int host, String iqn, String address, String initiatorName) {
    String real = "devices/platform/host" + host + "/session" + id + "/iscsi_session/session" + id;
    attribute(real + "/targetname", iqn);
    attribute(real + "/ifacename", "mooring");
    attribute(real + "/initiatorname", initiatorName);
    attribute(real + "/state", "LOGGED_IN");
    link("class/iscsi_session/session" + id, "../../" + real);
    String connection = "class/iscsi_connection/connection" + id + ":0";
    attribute(connection + "/persistent_address", address);
    attribute(connection + "/persistent_port", "3260");
  }

  /** A SCSI disk of Mooring's, probed, of 1 GiB. */
  public void disk(String hctl, String name, String number) {
    String device = "class/scsi_device/" + hctl + "/device";
    attribute(device + "/state", "running");
    attribute(device + "/wwid", "naa.60014050123456789abcdef012345678");
    binary(device + "/vpd_pg80", Samples.bytes("scsi/vpd_pg80.bin"));
    binary(device + "/vpd_pg83", Samples.bytes("scsi/vpd_pg83.bin"));
    String block = device + "/block/" + name;
    attribute(block + "/dev", number);
    attribute(block + "/size", "2097152");
    attribute(block + "/ro", "0");
    directory(block + "/holders");
    link("block/" + name + "/device", "../../../" + hctl);
    link("dev/block/" + number, "../../block/" + name);
  }

  /** A multipath map of 1 GiB. */
  public void map(String dmName, String wwid, String number, List<String> slaves) {
    String block = "block/" + dmName;
    attribute(block + "/dm/uuid", "mpath-" + wwid);
    attribute(block + "/dm/name", wwid);
    attribute(block + "/dm/suspended", "0");
    attribute(block + "/dev", number);
    attribute(block + "/size", "2097152");
    attribute(block + "/ro", "0");
    directory(block + "/holders");
    directory(block + "/slaves");
    slaves.forEach(slave -> directory(block + "/slaves/" + slave));
    link("dev/block/" + number, "../../devices/virtual/block/" + dmName);
  }
}
