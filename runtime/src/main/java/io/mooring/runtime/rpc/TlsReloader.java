package io.mooring.runtime.rpc;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest usable material of some files. Looks at the files at each handshake, which costs three
 * stat calls and needs no thread. Files that cannot be used, for example because they are being
 * replaced, leave the material as it was.
 */
final class TlsReloader {
  private static final Logger LOG = LoggerFactory.getLogger(TlsReloader.class);

  private final TlsFiles files;
  private List<String> stamps;
  private Generation current;
  private Generation previous;

  /**
   * Material with a number, so that the steps of one handshake all use the same.
   *
   * @param alias the number, as the key manager's alias
   */
  record Generation(String alias, TlsMaterial material) {}

  /**
   * @throws Failure FAILED_PRECONDITION when the files cannot be used from the start
   */
  TlsReloader(TlsFiles files) {
    this.files = files;
    this.stamps = stampAll();
    this.current = new Generation("1", TlsMaterial.read(files));
    this.previous = current;
  }

  /** What new handshakes use. */
  synchronized Generation current() {
    List<String> now = stampAll();
    if (!now.equals(stamps)) {
      stamps = now;
      try {
        TlsMaterial fresh = TlsMaterial.read(files);
        previous = current;
        current = new Generation(Integer.toString(Integer.parseInt(previous.alias()) + 1), fresh);
        LOG.info("read the changed TLS files beside {}", files.certificate());
      } catch (Failure e) {
        LOG.warn("changed TLS files are not usable, going on with the old ones: {}", e.sentence());
      }
    }
    return current;
  }

  /** The generation that a handshake began with. */
  synchronized Generation byAlias(String alias) {
    return alias.equals(previous.alias()) ? previous : current;
  }

  private List<String> stampAll() {
    return files.all().stream().map(TlsReloader::stamp).toList();
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
