package io.mooring.agent.pool;

import static java.util.Objects.requireNonNull;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
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
    List<Publication> publications,
    @Nullable String source,
    @Nullable String limits) {
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
        volume.publications(),
        volume.source().map(Source::toString).orElse(null),
        volume.limits().revision() > 0 ? volume.limits().toString() : null);
  }

  VolumeRecord record(Serial serial, String pool) {
    return new VolumeRecord(
        serial,
        cluster,
        name,
        pool,
        sizeBytes,
        state,
        publications,
        parsedSource(serial),
        parsedLimits(serial));
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
