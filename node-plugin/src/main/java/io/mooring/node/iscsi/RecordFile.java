package io.mooring.node.iscsi;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Rewrites a record of open-iscsi's database: whole or not at all, and for root's eyes alone. The
 * database must be locked.
 */
final class RecordFile {
  /** Beside the directories of the database: what lies in those is taken for a record. */
  private static final String FRESH = ".mooring-record";

  private RecordFile() {}

  /**
   * Replaces the text of a record.
   *
   * @param database the directory that holds {@code nodes}
   * @throws Failure UNAVAILABLE when it cannot be written; no sentence tells its content
   */
  static void rewrite(Path database, Path record, UnaryOperator<String> change) {
    Path fresh = database.resolve(FRESH);
    try {
      Files.deleteIfExists(fresh);
      String text = change.apply(Files.readString(record));
      write(fresh, text);
      Files.move(fresh, record, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failure.unavailable(
          "the node record %s could not be rewritten (%s); look at its file system, and in a container at the mount of %s"
              .formatted(record, e.getClass().getSimpleName(), database));
    }
  }

  private static void write(Path fresh, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer rest = StandardCharsets.UTF_8.encode(text);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }
}
