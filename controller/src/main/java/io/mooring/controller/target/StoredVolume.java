package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A volume as its storage host has it.
 *
 * @param serial 32 lower-case hex digits, VPD page 0x80
 * @param name what the CSI client called it
 * @param wwid as dm-multipath writes it, computed from the serial
 * @param source what it was made from; empty for one that was made empty
 * @param limits what its users may ask of it
 * @param written whether something was written to it at some time, as far as the host has noticed
 */
public record StoredVolume(
    String serial,
    String name,
    String pool,
    long sizeBytes,
    String wwid,
    List<Publication> publications,
    Optional<CopySource> source,
    VolumeLimits limits,
    boolean written) {
  public StoredVolume {
    requireNonNull(serial, "serial is null");
    requireNonNull(name, "name is null");
    requireNonNull(pool, "pool is null");
    requireNonNull(wwid, "wwid is null");
    publications = List.copyOf(publications);
    requireNonNull(source, "source is null");
    requireNonNull(limits, "limits is null");
  }

  /** One to which nothing was written, as far as is known. */
  public StoredVolume(
      String serial,
      String name,
      String pool,
      long sizeBytes,
      String wwid,
      List<Publication> publications,
      Optional<CopySource> source,
      VolumeLimits limits) {
    this(serial, name, pool, sizeBytes, wwid, publications, source, limits, false);
  }
}
