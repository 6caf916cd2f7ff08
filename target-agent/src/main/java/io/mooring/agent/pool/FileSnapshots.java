package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.runtime.failpoint.FailPoints;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.CommandRunner;
import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The snapshots of a file pool: images that share their blocks with the volumes'. */
final class FileSnapshots {
  private final String pool;
  private final Path directory;
  private final ImageFiles images;
  private final Documents<FileSnapshot> documents;

  /**
   * Opens the folder, makes it if it is missing, and removes what a crash has left.
   *
   * @param directory of their own
   */
  FileSnapshots(String pool, Path directory, CommandRunner commands) {
    this.pool = requireNonNull(pool, "pool is null");
    this.directory = requireNonNull(directory, "directory is null");
    this.documents = new Documents<>(directory, FileSnapshot.class);
    this.images = new ImageFiles(directory, commands);
    images.deleteHalves();
    for (Serial serial : images.all()) {
      if (!Files.exists(directory.resolve(serial + ".json"))) {
        images.delete(serial);
      }
    }
  }

  List<SnapshotRecord> scan(List<String> troubles) {
    List<SnapshotRecord> snapshots = new ArrayList<>();
    documents
        .all()
        .forEach((id, document) -> {
          if (Serial.isSerial(id)) {
            snapshots.add(document.record(new Serial(id), pool));
          }
        });
    for (String id : documents.damaged()) {
      troubles.add(
          "the record %s/%s.json cannot be read; restore it from a backup, or move it and its image away"
              .formatted(directory, id));
    }
    return snapshots;
  }

  Path image(Serial serial) {
    return images.path(serial);
  }

  void make(SnapshotRecord snapshot, Path volume, Deadline deadline) {
    images.copy(volume, snapshot.serial(), deadline);
    FailPoints.pass("agent.snapshot.after-image");
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
