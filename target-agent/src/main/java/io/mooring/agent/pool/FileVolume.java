package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The document {@code SERIAL.json} beside {@code SERIAL.img}.
 *
 * @param sizeBytes the length that the image must have at least
 * @param source what it was made from, as {@link Source} writes it
 * @param limits as {@link VolumeLimits} writes them; missing for a volume that never had any
 */
record FileVolume(
    String cluster,
    String name,
    long sizeBytes,
    VolumeRecord.State state,
    List<Node> publications,
    @Nullable String source,
    @Nullable String limits,
    @Nullable Boolean written) {
  /**
   * A publication.
   *
   * @param use as {@link Use} writes it; missing in records of older versions, and when it is not
   *     known
   */
  record Node(String nodeUuid, String nodeName, int lun, boolean readOnly, @Nullable String use) {
    private static Node of(Publication publication) {
      Use use = publication.use();
      return new Node(
          publication.nodeUuid(),
          publication.nodeName(),
          publication.lun(),
          publication.readOnly(),
          use.equals(Use.UNKNOWN) ? null : use.toString());
    }

    /** A use that only a newer version knows is none that is known. */
    private Publication publication() {
      Use known = Optional.ofNullable(use).flatMap(Use::parse).orElse(Use.UNKNOWN);
      return new Publication(nodeUuid, nodeName, lun, readOnly, known);
    }
  }

  FileVolume {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(name, "name is null");
    requireNonNull(state, "state is null");
    publications = List.copyOf(publications);
  }

  static FileVolume of(VolumeRecord volume) {
    return new FileVolume(
        volume.cluster(),
        volume.name(),
        volume.sizeBytes(),
        volume.state(),
        volume.publications().stream().map(Node::of).toList(),
        volume.source().map(Source::toString).orElse(null),
        volume.limits().revision() > 0 ? volume.limits().toString() : null,
        volume.written() ? true : null);
  }

  VolumeRecord record(Serial serial, String pool) {
    return new VolumeRecord(
        serial,
        cluster,
        name,
        pool,
        sizeBytes,
        state,
        publications.stream().map(Node::publication).toList(),
        parsedSource(serial),
        parsedLimits(serial),
        written != null && written);
  }

  private Optional<Source> parsedSource(Serial serial) {
    String text = source;
    return text == null
        ? Optional.empty()
        : Optional.of(Source.parse(text).orElseThrow(() -> impossible(serial, "source", text)));
  }

  private VolumeLimits parsedLimits(Serial serial) {
    String text = limits;
    return text == null
        ? VolumeLimits.NEVER
        : VolumeLimits.parse(text).orElseThrow(() -> impossible(serial, "limits", text));
  }

  private static Failure impossible(Serial serial, String what, String text) {
    return Failure.failedPrecondition(
        "the record of volume %s names the %s \"%s\", which cannot be; restore it from a backup"
            .formatted(serial, what, text));
  }
}
