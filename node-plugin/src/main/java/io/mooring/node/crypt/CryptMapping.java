package io.mooring.node.crypt;

import static java.util.Objects.requireNonNull;

import io.mooring.node.linux.DeviceNumber;
import java.nio.file.Path;
import java.util.List;

/**
 * An open dm-crypt mapping as sysfs shows it.
 *
 * @param dmName {@code dm-N}; may belong to another device tomorrow
 * @param name the mapping's own name, which follows from the volume
 * @param sizeBytes less than the device below it, which holds the header, too
 * @param below the names of the devices below it; one, if all is well
 */
public record CryptMapping(
    String dmName, String name, DeviceNumber number, long sizeBytes, List<String> below) {
  public CryptMapping {
    requireNonNull(dmName, "dmName is null");
    requireNonNull(name, "name is null");
    requireNonNull(number, "number is null");
    below = List.copyOf(below);
  }

  /** The device node, by a name that no other volume's mapping can get. */
  public Path device() {
    return Path.of("/dev/mapper", name);
  }

  /** For a sentence. */
  @Override
  public String toString() {
    return "mapping " + name + " (" + dmName + ")";
  }
}
