package io.mooring.node.iscsi;

import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.chap.SecretFile;
import java.nio.file.Path;
import java.util.Optional;

/** The node's secrets from a JSON file of mode 0600, which is read again when it changes. */
public final class ChapFile implements ChapSecrets {
  private final SecretFile<ChapEntry> file;

  public ChapFile(Path file) {
    this.file = new SecretFile<>(file, ChapEntry.class);
  }

  @Override
  public Optional<ChapEntry> entry() {
    return file.current();
  }
}
