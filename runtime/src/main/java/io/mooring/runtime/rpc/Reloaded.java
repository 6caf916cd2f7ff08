package io.mooring.runtime.rpc;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from some files, read again once they have changed. Looks at the files whenever it
 * is asked, which costs a stat call each and needs no thread. Files that cannot be used, for
 * example because they are being replaced, leave it as it was.
 *
 * @param <T> what the files say
 */
final class Reloaded<T> implements Supplier<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Reloaded.class);

  private final List<Path> files;
  private final Supplier<T> reader;
  private List<String> stamps;
  private T current;

  /**
   * @param reader throws a Failure when the files cannot be used
   * @throws Failure the reader's, when the files cannot be used from the start
   */
  Reloaded(List<Path> files, Supplier<T> reader) {
    this.files = List.copyOf(files);
    this.reader = reader;
    this.stamps = stampAll();
    this.current = reader.get();
  }

  @Override
  public synchronized T get() {
    List<String> now = stampAll();
    if (!now.equals(stamps)) {
      stamps = now;
      try {
        current = reader.get();
        LOG.info("read the changed TLS files {}", files);
      } catch (Failure e) {
        LOG.warn("changed TLS files are not usable, going on with the old ones: {}", e.sentence());
      }
    }
    return current;
  }

  private List<String> stampAll() {
    return files.stream().map(Reloaded::stamp).toList();
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime();
    } catch (IOException e) {
      return "unreadable: " + e.getClass().getSimpleName();
    }
  }
}
