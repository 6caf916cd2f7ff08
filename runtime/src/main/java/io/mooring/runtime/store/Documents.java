package io.mooring.runtime.store;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory (mode 0700) with one JSON document per object, each of which survives a crash whole.
 * The file of an object is its escaped id and {@code .json}. A document that cannot be read is
 * reported and never deleted: {@link #put} and {@link #remove} set it aside as {@code
 * .json.damaged}. Thread-safe; of two writers of one id the later wins.
 *
 * @param <T> a record; see {@link StrictJson} for what it may consist of
 */
public final class Documents<T> {
  private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
  private static final String SUFFIX = ".json";

  private final Path directory;
  private final Class<T> type;
  private final Gson gson = StrictJson.create();
  private final Set<Path> logged = ConcurrentHashMap.newKeySet();

  /** What a file holds: a value, or the reason why it cannot be read. */
  private record Content<T>(Optional<T> value, String trouble) {}

  /**
   * Opens the directory, makes it if it is missing, and removes the temporary files of a crash.
   *
   * @throws Failure FAILED_PRECONDITION when the directory cannot be used
   */
  public Documents(Path directory, Class<T> type) {
    this.directory = requireNonNull(directory, "directory is null");
    this.type = requireNonNull(type, "type is null");
    var _ = gson.getAdapter(type); // fails now, not at the first document, for an unfit type
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
      }
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      DurableFile.removeLeftovers(directory, SUFFIX);
      DurableFile.sync(directory);
    } catch (IOException e) {
      throw new Failure(
          Kind.FAILED_PRECONDITION,
          "the state directory %s cannot be used: %s; make it a directory of this process's user"
              .formatted(directory, e),
          e);
    }
  }

  /** Records the object; on the disk when this returns. */
  public void put(String id, T document) {
    Path file = file(id);
    setAsideIfDamaged(file);
    DurableFile.write(file, gson.toJson(document, type).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The object's document.
   *
   * @throws Failure FAILED_PRECONDITION when there is one that cannot be read: this is not the same
   *     as none
   */
  public Optional<T> get(String id) {
    Path file = file(id);
    Optional<Content<T>> content = read(file);
    if (content.isPresent() && content.get().value().isEmpty()) {
      throw Failure.failedPrecondition(
          "the record %s is damaged (%s); restore it from a backup or move it away"
              .formatted(file, content.get().trouble()));
    }
    return content.flatMap(Content::value);
  }

  /** All readable documents by id, in the order of ids. */
  public Map<String, T> all() {
    Map<String, T> all = new TreeMap<>();
    for (Path file : files()) {
      Optional<String> id = id(file);
      Optional<T> value = read(file).flatMap(Content::value);
      if (id.isPresent() && value.isPresent()) {
        all.put(id.get(), value.get());
      }
    }
    return Collections.unmodifiableMap(all);
  }

  /** Forgets the object; on the disk when this returns. No error when there is none. */
  public void remove(String id) {
    Path file = file(id);
    setAsideIfDamaged(file);
    DurableFile.remove(file);
  }

  /**
   * Documents that are there and cannot be read: their ids, or the file's name where that is no id.
   */
  public List<String> damaged() {
    List<String> damaged = new ArrayList<>();
    for (Path file : files()) {
      Optional<String> id = id(file);
      if (id.isEmpty()) {
        damaged.add(String.valueOf(file.getFileName()));
      } else if (read(file).filter(content -> content.value().isEmpty()).isPresent()) {
        damaged.add(id.get());
      }
    }
    Collections.sort(damaged);
    return List.copyOf(damaged);
  }

  private Path file(String id) {
    return directory.resolve(FileNames.escape(id) + SUFFIX);
  }

  private Optional<String> id(Path file) {
    String name = String.valueOf(file.getFileName());
    Optional<String> id = FileNames.unescape(name.substring(0, name.length() - SUFFIX.length()));
    if (id.isEmpty() && logged.add(file)) {
      LOG.warn("{} is not named as a record would be; it is left alone", file);
    }
    return id;
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : found) {
        if (!String.valueOf(file.getFileName()).startsWith(".")) {
          files.add(file);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw Failure.internal(
          "the state directory %s cannot be listed: %s; look at the health of its file system"
              .formatted(directory, e),
          e);
    }
    return files;
  }

  /** Empty when there is no such file. */
  private Optional<Content<T>> read(Path file) {
    Content<T> content;
    try {
      T value = gson.fromJson(Files.readString(file), type);
      content = new Content<>(Optional.ofNullable(value), "it is empty");
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      // Whatever the parser or a record's constructor throws.
      content = new Content<>(Optional.empty(), String.valueOf(e.getMessage()));
    }
    if (content.value().isEmpty() && logged.add(file)) {
      LOG.error("the record {} is damaged: {}; it is left as it is", file, content.trouble());
    }
    return Optional.of(content);
  }

  private void setAsideIfDamaged(Path file) {
    if (read(file).filter(content -> content.value().isEmpty()).isEmpty()) {
      return;
    }
    Path aside = file.resolveSibling(file.getFileName() + ".damaged");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      DurableFile.sync(directory);
    } catch (IOException e) {
      throw Failure.internal(
          "the damaged record %s cannot be set aside: %s; move it away".formatted(file, e), e);
    }
    logged.remove(file);
    LOG.warn("the damaged record {} was set aside as {}", file, aside);
  }
}
