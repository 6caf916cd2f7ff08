package io.mooring.controller.chap;

import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.chap.SecretFile;
import io.mooring.runtime.failure.Failure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Secrets of nodes from a JSON file, which is read again when it changes. */
public final class FileSecrets implements NodeSecrets {
  private final SecretFile<Content> file;

  /**
   * The file's form.
   *
   * @param nodes by name; what is said of a node here counts
   * @param derived for all others
   * @param ended in its place, the revision since which all others have no CHAP any more
   */
  record Content(
      @Nullable Map<String, ChapEntry> nodes,
      @Nullable DerivedSecrets derived,
      @Nullable ChapEntry ended) {
    Content {
      if (ended != null && (derived != null || ended.chap().isPresent())) {
        throw Failure.invalidArgument(
            "\"ended\" has secrets in it or \"derived\" beside it; give it a revision alone");
      }
    }

    Optional<ChapEntry> of(String node) {
      ChapEntry named = nodes == null ? null : nodes.get(node);
      return Optional.ofNullable(named)
          .or(() -> Optional.ofNullable(derived).map(all -> ChapEntry.of(all.of(node))))
          .or(() -> Optional.ofNullable(ended));
    }
  }

  public FileSecrets(Path file) {
    this.file = new SecretFile<>(file, Content.class);
  }

  @Override
  public Optional<Chap> of(String node) {
    return present(node).flatMap(ChapEntry::chap);
  }

  @Override
  public OptionalLong endedAt(String node) {
    return present(node)
        .filter(entry -> entry.chap().isEmpty())
        .map(entry -> OptionalLong.of(entry.revision()))
        .orElse(OptionalLong.empty());
  }

  /**
   * A file that says nothing of a node is an answer; one that was never readable is none, and must
   * not let anybody in without CHAP.
   *
   * @throws Failure UNAVAILABLE until the file could be used once
   */
  private Optional<ChapEntry> present(String node) {
    return file.current()
        .orElseThrow(() ->
            Failure.unavailable(
                "whether node %s has CHAP secrets is not known: %s"
                    .formatted(node, file.trouble().orElse("its file was not read"))))
        .of(node);
  }
}
