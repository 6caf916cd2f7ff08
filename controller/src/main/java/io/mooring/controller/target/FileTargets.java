package io.mooring.controller.target;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Background;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Storage targets from a file that is read again when its content changes. The content is compared
 * instead of the time: a mounted ConfigMap changes by a swapped link, and the file is small. A file
 * that cannot be used leaves the targets as they were and is logged once.
 */
public final class FileTargets implements Targets {
  private static final Logger LOG = LoggerFactory.getLogger(FileTargets.class);

  private final Path file;

  private volatile @Nullable SortedMap<String, StorageTarget> targets;
  private volatile String complaint = "it has not been read yet";
  private @Nullable String lastText; // only under the lock

  public FileTargets(Path file) {
    this.file = requireNonNull(file, "file is null");
    reload();
  }

  /** Looks at the file again and again, once it is started. */
  public Background loop(Duration interval) {
    return new Background("targets-file", interval, this::reload);
  }

  /** Looks at the file now. Never throws: the next look may find it in order. */
  public synchronized void reload() {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      if (!text.equals(lastText)) {
        lastText = text;
        use(TargetsFile.read(file));
      }
    } catch (NoSuchFileException e) {
      lastText = null;
      complain("it does not exist; create it");
    } catch (IOException e) {
      lastText = null;
      complain("it cannot be read: " + e);
    } catch (Failure e) {
      complain(e.sentence());
    }
  }

  private void use(SortedMap<String, StorageTarget> read) {
    complaint = "";
    if (!read.equals(targets)) {
      targets = read;
      LOG.info("targets file {}: storage targets {}", file, read.values());
    }
  }

  private void complain(String reason) {
    if (!reason.equals(complaint)) {
      complaint = reason;
      String goingOn = targets == null ? "no target is known" : "the targets stay as they were";
      LOG.error("targets file {}: {}; {}", file, reason, goingOn);
    }
  }

  @Override
  public SortedMap<String, StorageTarget> current() {
    SortedMap<String, StorageTarget> known = targets;
    if (known == null) {
      throw Failure.unavailable(sentence());
    }
    return known;
  }

  @Override
  public Optional<String> trouble() {
    return targets == null ? Optional.of(sentence()) : Optional.empty();
  }

  private String sentence() {
    return "no storage target is known: targets file %s: %s".formatted(file, complaint);
  }
}
