package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The snapshots of a file pool: images that share their blocks with the volumes', or copies. */
final class FileSnapshots {
  private static final String RECORD = ".json";

  private final String pool;
  private final Path directory;
  private final ImageFiles images;
  private final Documents<FileSnapshot> documents;

  /**
   * Opens the folder, makes it if it is missing, and removes what a crash has left: an image whose
   * record was never written. One whose record was put aside, or cannot be looked for, stays.
   *
   * @param directory of their own
   */
  FileSnapshots(String pool, Path directory, CommandRunner commands) {
    this.pool = requireNonNull(pool, "pool is null");
    this.directory = requireNonNull(directory, "directory is null");
    this.documents = new Documents<>(directory, FileSnapshot.class);
    this.images = new ImageFiles(directory, commands);
    images.deleteHalves(_ -> false);
    Set<String> recorded = recorded();
    for (Serial serial : images.all()) {
      if (!recorded.contains(serial.digits())) {
        images.delete(serial);
      }
    }
  }

  /** The serials of all that has a record, or had one that was put aside under a longer name. */
  private Set<String> recorded() {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(RECORD))
          .map(name -> name.substring(0, name.indexOf(RECORD)))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException e) {
      throw Failure.unavailable(
          "%s cannot be listed (%s); repair its file system".formatted(directory, e));
    }
  }

  /** All whose record can be read. */
  List<SnapshotRecord> all() {
    return documents.all().entrySet().stream()
        .filter(entry -> Serial.isSerial(entry.getKey()))
        .map(entry -> entry.getValue().record(new Serial(entry.getKey()), pool))
        .toList();
  }

  List<SnapshotRecord> scan(List<String> troubles) {
    List<SnapshotRecord> snapshots = all();
    for (String id : documents.damaged()) {
      troubles.add(
          "the record %s/%s.json cannot be read; restore it from a backup, or move it and its image away"
              .formatted(directory, id));
    }
    return snapshots;
  }

  ImageFiles images() {
    return images;
  }

  /**
   * What a snapshot holds.
   *
   * @throws Failure FAILED_PRECONDITION without its record
   */
  long sizeBytes(Serial serial) {
    return documents
        .get(serial.digits())
        .map(FileSnapshot::sizeBytes)
        .orElseThrow(() ->
            Failure.failedPrecondition(
                "snapshot %s is lost: there is no %s/%s.json; restore it from a backup"
                    .formatted(serial, directory, serial)));
  }

  /** Makes it at once; false, and nothing is made, when the file system cannot share blocks. */
  boolean share(SnapshotRecord snapshot, Path volume, Deadline deadline) {
    if (!images.share(volume, snapshot.serial(), deadline)) {
      return false;
    }
    FailPoints.pass("agent.snapshot.after-image");
    put(snapshot);
    return true;
  }

  void put(SnapshotRecord snapshot) {
    documents.put(snapshot.serial().digits(), FileSnapshot.of(snapshot));
  }

  void remove(SnapshotRecord snapshot) {
    documents.remove(snapshot.serial().digits());
    FailPoints.pass("agent.snapshot.after-record-removal");
    images.delete(snapshot.serial());
    if (images.exists(snapshot.serial())) {
      throw Failure.internal(images.path(snapshot.serial()) + " is still there; try again");
    }
  }
}
