package io.mooring.node.volume;

import static java.util.Objects.requireNonNull;

import io.mooring.node.crypt.CryptMapping;
import io.mooring.node.crypt.Encryption;
import io.mooring.node.crypt.LuksHeader;
import io.mooring.node.crypt.Passphrases;
import io.mooring.node.fs.Content;
import io.mooring.node.multipath.MultipathMap;
import io.mooring.node.scsi.Wwid;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies between a map and the content of an encrypted volume. Its mapping is found by a name
 * that follows from the WWID, so that it is taken apart without any record, too.
 */
final class CryptLayer {
  private static final Logger LOG = LoggerFactory.getLogger(CryptLayer.class);
  private static final String NAME = "mooring-crypt-";
  private static final Duration PROBING = Duration.ofSeconds(30);
  private static final Duration CLOSING = Duration.ofSeconds(60);

  private final Devices devices;
  private final Encryption encryption;
  private final Tracking tracking;
  private final HeavyWork heavy;
  private final Timings timings;
  private final PassphraseChange passphrases;
  private final KnownPassphrases known = new KnownPassphrases();

  CryptLayer(Devices devices, Tracking tracking, HeavyWork heavy, Timings timings) {
    this.devices = requireNonNull(devices, "devices is null");
    this.encryption = devices.encryption();
    this.tracking = requireNonNull(tracking, "tracking is null");
    this.heavy = requireNonNull(heavy, "heavy is null");
    this.timings = requireNonNull(timings, "timings is null");
    this.passphrases = new PassphraseChange(encryption);
  }

  private static String name(Wwid wwid) {
    return NAME + wwid;
  }

  /** What the map's content is read through: its mapping where one is open, else the map. */
  VolumeDevice on(MultipathMap map) {
    return mapping(map).map(VolumeDevice::of).orElseGet(() -> VolumeDevice.of(map));
  }

  /** The same for a volume of which it is known whether it is encrypted; empty while it differs. */
  Optional<VolumeDevice> on(MultipathMap map, boolean encrypted) {
    return mapping(map).isPresent() == encrypted ? Optional.of(on(map)) : Optional.empty();
  }

  private Optional<CryptMapping> mapping(MultipathMap map) {
    Optional<CryptMapping> mapping = encryption.find(name(map.wwid()));
    if (mapping.isPresent() && !mapping.get().below().equals(List.of(map.dmName()))) {
      throw Failure.internal(
          "%s lies on %s and not on %s; close it with cryptsetup"
              .formatted(mapping.get(), mapping.get().below(), map));
    }
    return mapping;
  }

  /**
   * Step A15 of an encrypted volume: its mapping, open. A blank volume gets a header first; its
   * content reads as zeros then, as that of any new volume.
   *
   * @throws Failure FAILED_PRECONDITION when no passphrase opens it, or when it holds something
   *     that is not encrypted
   */
  VolumeDevice open(MultipathMap map, StageRequest request, Deadline deadline) {
    Passphrases keys = request.passphrases().orElseThrow();
    requireHeader(map, request, keys, deadline);
    LuksHeader header = header(map, deadline);
    if (mapping(map).isEmpty()) {
      heavy.run("decrypt", deadline, () -> unlock(map, request, keys, deadline));
      FailPoints.pass("node.crypt.after-open");
    } else {
      renew(map, request.volume(), request.context().readOnly(), keys, deadline);
    }
    VolumeDevice device =
        mapping(map)
            .map(VolumeDevice::of)
            .orElseThrow(() ->
                Failure.internal(
                    "%s was opened and has no mapping; try again".formatted(request.volume())));
    if (header.isNew()) {
      requireWritable(request);
      // A dd of ours that outlived this process would wipe what comes next.
      requireUnused(device, request, deadline);
      devices.fileSystems().blank(device.node(), device.sizeBytes(), deadline);
      FailPoints.pass("node.crypt.after-blank");
      encryption.markUsed(map.device(), deadline);
    }
    // The pod that comes next may bring the same.
    known.note(map.wwid(), keys, header(map, deadline));
    return device;
  }

  private void requireHeader(
      MultipathMap map, StageRequest request, Passphrases keys, Deadline deadline) {
    Content content =
        devices.fileSystems().probe(map.device(), map.sizeBytes(), deadline.atMost(PROBING));
    switch (content) {
      case Content.Encrypted _ -> {
        LuksHeader header = header(map, deadline);
        // cryptsetup writes the header first and its first key a second later.
        if (header.isNew() && header.keys() == 0) {
          format(map, request, keys, deadline);
        }
      }
      case Content.Blank _ -> {
        FileSystemStage.requireNew(request);
        format(map, request, keys, deadline);
      }
      case Content.Formatted formatted -> throw notEncrypted(request, formatted.type());
      case Content.Unknown unknown -> throw notEncrypted(request, unknown.found());
    }
  }

  /** Of a volume that is blank, or whose header never had a key, so that nothing is behind it. */
  private void format(MultipathMap map, StageRequest request, Passphrases keys, Deadline deadline) {
    requireNeverUsed(request);
    requireWritable(request);
    requireUnused(VolumeDevice.of(map), request, deadline);
    LOG.info("{}: blank; making an encrypted volume of {}", request.volume(), map);
    heavy.runToItsEnd(
        "decrypt", deadline, itsOwn -> encryption.format(map.device(), keys.current(), itsOwn));
    FailPoints.pass("node.crypt.after-format");
  }

  private void requireUnused(VolumeDevice device, StageRequest request, Deadline deadline) {
    device.awaitUnused(devices.holders(), request.volume(), deadline.atMost(timings.busy()));
  }

  private static Failure notEncrypted(StageRequest request, String found) {
    return Failure.failedPrecondition(
        "%s holds %s, which is not encrypted, and nothing is written over it; use it without"
                .formatted(request.volume(), found)
            + " encryption, or copy its files to a volume that is encrypted");
  }

  private void requireNeverUsed(StageRequest request) {
    if (tracking.get(request.volume()).filter(TrackedVolume::formatted).isPresent()) {
      throw Failure.failedPrecondition(
          request.volume()
              + " held encrypted data and reads blank now; look at the storage host, nothing is"
              + " written");
    }
  }

  private static void requireWritable(StageRequest request) {
    if (request.context().readOnly()) {
      throw Failure.failedPrecondition(
          request.volume() + " is blank and published read-only; stage it writable once");
    }
  }

  private void unlock(MultipathMap map, StageRequest request, Passphrases keys, Deadline deadline) {
    boolean readOnly = request.context().readOnly();
    passphrases.take(
        request.volume(),
        map.device(),
        keys,
        readOnly,
        word -> encryption.open(map.device(), name(map.wwid()), word, readOnly, deadline),
        deadline);
  }

  /**
   * Takes over the passphrase of now while the volume is in use; at once where it has it already.
   *
   * @throws Failure FAILED_PRECONDITION when no passphrase opens it
   */
  void renew(
      MultipathMap map, VolumeId volume, boolean readOnly, Passphrases keys, Deadline deadline) {
    // Of a volume that is read-only here the header cannot be written.
    if (readOnly || known.has(map.wwid(), keys, header(map, deadline))) {
      return;
    }
    heavy.run(
        "passphrase",
        deadline,
        () ->
            passphrases.take(
                volume,
                map.device(),
                keys,
                false,
                word -> encryption.fits(map.device(), word, deadline),
                deadline));
    FailPoints.pass("node.crypt.after-renewal");
    known.note(map.wwid(), keys, header(map, deadline));
  }

  private LuksHeader header(MultipathMap map, Deadline deadline) {
    return encryption.header(map.device(), deadline.atMost(PROBING));
  }

  /** The mapping becomes as large as the map allows; the size that it has is proven. */
  VolumeDevice grow(MultipathMap map, Deadline deadline) {
    CryptMapping mapping =
        mapping(map)
            .orElseThrow(() ->
                Failure.unavailable(map + " has lost its decryption; stage the volume again"));
    long size = map.sizeBytes() - encryption.header(map.device(), deadline).offsetBytes();
    if (mapping.sizeBytes() != size) {
      encryption.grow(mapping, deadline);
      FailPoints.pass("node.crypt.after-grow");
    }
    VolumeDevice device = on(map);
    if (device.sizeBytes() != size) {
      throw Failure.internal(
          "%s has %d bytes instead of %d after it was grown; look at this host's kernel log"
              .formatted(device, device.sizeBytes(), size));
    }
    return device;
  }

  /** Step D5a: the mapping goes; none is fine. */
  void close(Wwid wwid, Deadline deadline) {
    known.forget(wwid);
    Optional<CryptMapping> mapping = encryption.find(name(wwid));
    if (mapping.isPresent()) {
      encryption.close(mapping.get(), deadline.atMost(CLOSING));
      LOG.debug("{} is closed", mapping.get());
    }
  }
}
