package io.mooring.agent.block;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Looks devices up by their path and says what sysfs knows of them; nothing here opens a device.
 */
public final class BlockDevices {
  private static final int SECTOR_BYTES = 512;

  private final Path sysClassBlock;

  /**
   * Looks there.
   *
   * @param sysClassBlock {@code /sys/class/block}
   */
  public BlockDevices(Path sysClassBlock) {
    this.sysClassBlock = requireNonNull(sysClassBlock, "sysClassBlock is null");
  }

  /** The device that a path or link leads to; empty where there is none. */
  public Optional<BlockDevice> find(Path path) {
    try {
      Path entry = sysClassBlock.resolve(path.toRealPath().getFileName());
      String number = Files.readString(entry.resolve("dev")).strip();
      long sectors = Long.parseLong(Files.readString(entry.resolve("size")).strip());
      return Optional.of(new BlockDevice(path, number, Math.multiplyExact(sectors, SECTOR_BYTES)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | NumberFormatException e) {
      throw Failure.internal("could not look up the block device " + path + ": " + e, e);
    }
  }

  /** The device-mapper name of the device behind a path; empty when it is not device-mapper's. */
  public Optional<String> mapperName(Path path) {
    try {
      Path name = sysClassBlock.resolve(path.toRealPath().getFileName()).resolve("dm/name");
      return Optional.of(Files.readString(name).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.internal("could not look up the block device " + path + ": " + e, e);
    }
  }

  /** The device-mapper names of all devices that are suspended: whatever I/O they get waits. */
  public Set<String> suspended() {
    return mapperNames(entry -> Files.readString(entry.resolve("suspended")).strip().equals("1"));
  }

  /** The device-mapper names of all devices. */
  public Set<String> mapperNames() {
    return mapperNames(_ -> true);
  }

  private interface Filter {
    boolean admits(Path entry) throws IOException;
  }

  private Set<String> mapperNames(Filter filter) {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(sysClassBlock, "dm-*")) {
      for (Path entry : entries) {
        mapperName(entry.resolve("dm"), filter).ifPresent(names::add);
      }
      return names;
    } catch (IOException | DirectoryIteratorException e) {
      throw Failure.internal("could not look for device-mapper's block devices: " + e, e);
    }
  }

  private static Optional<String> mapperName(Path entry, Filter filter) throws IOException {
    try {
      return filter.admits(entry)
          ? Optional.of(Files.readString(entry.resolve("name")).strip())
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // it has just been removed
    }
  }
}
