package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies in the directory of a file pool. Opened late: it may be a mount point that is not
 * mounted yet. Thread-safe.
 */
final class FileLayout {
  private final String pool;
  private final Path directory;
  private final CommandRunner commands;
  private final ImageFiles images;
  private @Nullable Documents<FileVolume> documents;
  private @Nullable FileSnapshots snapshots;

  FileLayout(String pool, Path directory, CommandRunner commands) {
    this.pool = requireNonNull(pool, "pool is null");
    this.directory = requireNonNull(directory, "directory is null");
    this.commands = requireNonNull(commands, "commands is null");
    images = new ImageFiles(directory, commands);
  }

  Path directory() {
    return directory;
  }

  /** The files of volumes. */
  ImageFiles images() {
    return images;
  }

  /** The records of volumes, by serial. */
  synchronized Documents<FileVolume> documents() {
    if (documents == null) {
      documents = new Documents<>(directory, FileVolume.class);
    }
    return documents;
  }

  /** All volumes whose record can be read. */
  List<VolumeRecord> volumes() {
    return documents().all().entrySet().stream()
        .filter(entry -> Serial.isSerial(entry.getKey()))
        .map(entry -> entry.getValue().record(new Serial(entry.getKey()), pool))
        .toList();
  }

  synchronized FileSnapshots snapshots() {
    if (snapshots == null) {
      snapshots = new FileSnapshots(pool, directory.resolve("snapshots"), commands);
    }
    return snapshots;
  }

  /**
   * One volume as it is recorded.
   *
   * @throws Failure FAILED_PRECONDITION without a record
   */
  VolumeRecord volume(Serial serial) {
    return documents()
        .get(serial.digits())
        .map(document -> document.record(serial, pool))
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "volume %s is lost: there is no %s/%s.json; restore it from a backup"
                    .formatted(serial, directory, serial)));
  }

  /** What a copy of that is a copy of. */
  Original original(Source source) {
    return switch (source.kind()) {
      case VOLUME -> new Original(image(source), volume(source.serial()).sizeBytes());
      case SNAPSHOT -> new Original(image(source), snapshots().sizeBytes(source.serial()));
    };
  }

  private Path image(Source source) {
    return switch (source.kind()) {
      case VOLUME -> images.path(source.serial());
      case SNAPSHOT -> snapshots().images().path(source.serial());
    };
  }

  /** Of what the records say that it is being copied, the images; one for each copy. */
  List<Path> beingCopied() {
    Stream<Source> forVolumes =
        volumes().stream()
            .filter(volume -> volume.state() == VolumeRecord.State.COPYING)
            .flatMap(volume -> volume.source().stream());
    Stream<Source> forSnapshots =
        snapshots().all().stream()
            .filter(snapshot -> !snapshot.isReady())
            .map(snapshot -> new Source(Source.Kind.VOLUME, snapshot.volume()));
    return Stream.concat(forVolumes, forSnapshots)
        .map(this::image)
        .filter(Files::exists) // what is lost is said by the copy itself
        .toList();
  }
}
