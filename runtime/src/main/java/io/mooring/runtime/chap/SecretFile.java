package io.mooring.runtime.chap;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.store.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A JSON file with secrets, looked at each time it is asked for. One that everybody can read, or
 * others than its owner can write, is refused (its group may read it: so Kubernetes gives Secrets
 * to a process that is not root); one that cannot be used leaves things as they were and is logged
 * once. Thread-safe.
 *
 * @param <T> a record, see {@link StrictJson}
 */
public final class SecretFile<T> {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final Set<PosixFilePermission> FIT =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.GROUP_READ);

  private final Path file;
  private final Class<T> type;
  private final Gson gson = StrictJson.create();
  private @Nullable T value;
  private String text = "";
  private String complaint = "";

  public SecretFile(Path file, Class<T> type) {
    this.file = requireNonNull(file, "file is null");
    this.type = requireNonNull(type, "type is null");
  }

  /** The file's content, or what it was when it could last be used; empty before that. */
  public synchronized Optional<T> current() {
    try {
      String now = read();
      if (!now.equals(text) || value == null) {
        value = parse(now);
        text = now;
        LOG.info("{} is in use", file);
      }
      complaint = "";
    } catch (Failure e) {
      complain(e.sentence());
    }
    return Optional.ofNullable(value);
  }

  /** Why it cannot be used now; empty when it can. */
  public synchronized Optional<String> trouble() {
    return complaint.isEmpty() ? Optional.empty() : Optional.of(complaint);
  }

  private void complain(String sentence) {
    if (!sentence.equals(complaint)) {
      complaint = sentence;
      LOG.error("{}; {}", sentence, value == null ? "nothing of it is in use" : "nothing changes");
    }
  }

  private String read() {
    try {
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
      if (!FIT.containsAll(modes)) {
        throw Failure.failedPrecondition(
            "the secrets in %s can be read by everybody, or changed by others than its owner; chmod 600 it"
                .formatted(file));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw Failure.failedPrecondition(
          "the secrets in %s cannot be read (%s); create the file with mode 600"
              .formatted(file, e.getClass().getSimpleName()));
    }
  }

  private T parse(String json) {
    try {
      T parsed = gson.fromJson(json, type);
      if (parsed == null) {
        throw Failure.failedPrecondition(file + " is empty; write its JSON object");
      }
      return parsed;
    } catch (JsonParseException e) {
      // What the parser says may quote the file.
      throw Failure.failedPrecondition(
          file + " is not the JSON that is expected; see docs/features/chap.md");
    } catch (RuntimeException e) {
      throw Failure.failedPrecondition("%s: %s".formatted(file, reason(e)));
    }
  }

  /** Gson wraps what a record's constructor throws. */
  private static String reason(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure failure) {
        return failure.sentence();
      }
    }
    return "it cannot be used; see docs/features/chap.md";
  }
}
