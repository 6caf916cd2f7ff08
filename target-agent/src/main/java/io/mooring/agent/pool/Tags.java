package io.mooring.agent.pool;

import io.mooring.agent.identity.Membership;
import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.SnapshotRecord;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.identity.VolumeRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A volume's record as LVM tags. LVM allows letters, digits and {@code _+.-/=!:&#} in a tag (man
 * lvm); whatever else a name holds, and what separates the parts, is written as {@code +} and two
 * hex digits per byte of UTF-8.
 *
 * <pre>
 * mooring.io/cluster=CLUSTER
 * mooring.io/name=NAME
 * mooring.io/node=UUID:LUN:rw:NODE      (or ro; one per publication)
 * mooring.io/use=UUID:LUN:SHARING:ACCESS
 *                                       (of the publication of that node under that number; apart
 *                                       from it, since older versions refuse a node's tag with more
 *                                       parts. They leave it behind when they take the volume back)
 * mooring.io/state=creating             (only until the volume is made)
 * mooring.io/source=snapshot-SERIAL     (or volume-SERIAL; only of a copy)
 * mooring.io/limits=REVISION:RI:WI:RB:WB
 *                                       (operations and bytes per second, read and write, 0 for no
 *                                       limit; only of a volume that had limits at some time)
 * </pre>
 *
 * A snapshot has cluster and name, and
 *
 * <pre>
 * mooring.io/volume=SERIAL
 * mooring.io/created=MILLISECONDS       (since 1970)
 * mooring.io/group=SERIAL               (only of a member of a group; NAME is the group's)
 * mooring.io/state=unfinished           (until it is taken; of a member, until all are)
 * </pre>
 *
 * The size is the LV's own and the serial is in its name: what is recorded once cannot differ.
 */
final class Tags {
  private static final String CLUSTER = "mooring.io/cluster=";
  private static final String NAME = "mooring.io/name=";
  private static final String NODE = "mooring.io/node=";
  private static final String USE = "mooring.io/use=";
  static final String CREATING = "mooring.io/state=creating";
  private static final String SOURCE = "mooring.io/source=";
  private static final String LIMITS = "mooring.io/limits=";
  private static final String WRITTEN = "mooring.io/written";
  private static final String VOLUME = "mooring.io/volume=";
  private static final String CREATED = "mooring.io/created=";
  private static final String GROUP = "mooring.io/group=";
  static final String UNFINISHED = "mooring.io/state=unfinished";
  private static final HexFormat HEX = HexFormat.of();

  private Tags() {}

  static List<String> of(VolumeRecord volume) {
    List<String> tags = new ArrayList<>();
    tags.add(CLUSTER + escape(volume.cluster()));
    tags.add(NAME + escape(volume.name()));
    for (Publication publication : volume.publications()) {
      tags.add(of(publication));
      if (!publication.use().equals(Use.UNKNOWN)) {
        tags.add(usePrefix(publication) + publication.use());
      }
    }
    volume.source().ifPresent(source -> tags.add(SOURCE + source));
    if (volume.limits().revision() > 0) {
      tags.add(LIMITS + volume.limits());
    }
    if (volume.written()) {
      tags.add(WRITTEN);
    }
    if (volume.state() == VolumeRecord.State.CREATING) {
      tags.add(CREATING);
    }
    return tags;
  }

  static List<String> of(SnapshotRecord snapshot) {
    List<String> tags = new ArrayList<>();
    tags.add(CLUSTER + escape(snapshot.cluster()));
    tags.add(NAME + escape(snapshot.name()));
    tags.add(VOLUME + snapshot.volume());
    tags.add(CREATED + snapshot.createdAt().toEpochMilli());
    snapshot.group().ifPresent(membership -> tags.add(GROUP + membership.group()));
    if (isUnfinished(snapshot)) {
      tags.add(UNFINISHED);
    }
    return tags;
  }

  private static boolean isUnfinished(SnapshotRecord snapshot) {
    return snapshot
        .group()
        .map(membership -> !membership.finished())
        .orElse(snapshot.state() == SnapshotRecord.State.CREATING);
  }

  private static String of(Publication publication) {
    return NODE
        + String.join(
            ":",
            publication.nodeUuid(),
            Integer.toString(publication.lun()),
            publication.readOnly() ? "ro" : "rw",
            escape(publication.nodeName()));
  }

  /** The record that the tags hold; empty where they do not make one. Foreign tags are ignored. */
  static Optional<VolumeRecord> read(
      Serial serial, String pool, long sizeBytes, List<String> tags) {
    Optional<String> cluster = value(tags, CLUSTER);
    Optional<String> name = value(tags, NAME);
    List<Publication> publications = new ArrayList<>();
    for (String tag : tags) {
      if (tag.startsWith(NODE)) {
        Optional<Publication> publication = publication(tag.substring(NODE.length()));
        if (publication.isEmpty()) {
          return Optional.empty();
        }
        publications.add(publication.get().with(use(publication.get(), tags)));
      }
    }
    if (cluster.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    VolumeRecord.State state =
        tags.contains(CREATING) ? VolumeRecord.State.CREATING : VolumeRecord.State.READY;
    Optional<String> source = value(tags, SOURCE);
    Optional<Source> parsed = source.flatMap(Source::parse);
    Optional<VolumeLimits> limits =
        VolumeLimits.parse(value(tags, LIMITS).orElse(VolumeLimits.NEVER.toString()));
    if ((source.isPresent() && parsed.isEmpty()) || limits.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new VolumeRecord(
            serial,
            cluster.get(),
            name.get(),
            pool,
            sizeBytes,
            state,
            publications,
            parsed,
            limits.get(),
            tags.contains(WRITTEN)));
  }

  /** The snapshot that the tags tell of; empty where they do not make one. */
  static Optional<SnapshotRecord> readSnapshot(
      Serial serial, String pool, long sizeBytes, List<String> tags) {
    Optional<String> cluster = value(tags, CLUSTER);
    Optional<String> name = value(tags, NAME);
    Optional<Serial> volume = serial(tags, VOLUME);
    Optional<Serial> group = serial(tags, GROUP);
    Optional<Instant> created =
        value(tags, CREATED)
            .filter(text -> text.matches("\\d{1,15}"))
            .map(text -> Instant.ofEpochMilli(Long.parseLong(text)));
    boolean unclear = group.isEmpty() && tags.stream().anyMatch(tag -> tag.startsWith(GROUP));
    if (cluster.isEmpty() || name.isEmpty() || volume.isEmpty() || created.isEmpty() || unclear) {
      return Optional.empty();
    }
    boolean unfinished = tags.contains(UNFINISHED);
    return Optional.of(
        new SnapshotRecord(
            serial,
            cluster.get(),
            name.get(),
            pool,
            sizeBytes,
            volume.get(),
            created.get(),
            group.map(its -> new Membership(its, !unfinished)),
            unfinished && group.isEmpty()
                ? SnapshotRecord.State.CREATING
                : SnapshotRecord.State.READY));
  }

  private static Optional<Serial> serial(List<String> tags, String key) {
    return value(tags, key).filter(Serial::isSerial).map(Serial::new);
  }

  private static Optional<Publication> publication(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length != 4
        || !parts[1].matches("[1-9]\\d{0,2}")
        || Integer.parseInt(parts[1]) > 255
        || !parts[2].matches("ro|rw")) {
      return Optional.empty();
    }
    return unescape(parts[3])
        .map(nodeName ->
            new Publication(parts[0], nodeName, Integer.parseInt(parts[1]), parts[2].equals("ro")));
  }

  private static String usePrefix(Publication publication) {
    return USE + publication.nodeUuid() + ":" + publication.lun() + ":";
  }

  /** One that an older version left behind may be there, too: of two nobody knows which is true. */
  private static Use use(Publication publication, List<String> tags) {
    String prefix = usePrefix(publication);
    List<String> found = tags.stream().filter(tag -> tag.startsWith(prefix)).distinct().toList();
    return found.size() == 1
        ? Use.parse(found.getFirst().substring(prefix.length())).orElse(Use.UNKNOWN)
        : Use.UNKNOWN;
  }

  private static Optional<String> value(List<String> tags, String key) {
    return tags.stream()
        .filter(tag -> tag.startsWith(key))
        .map(tag -> tag.substring(key.length()))
        .findFirst()
        .flatMap(Tags::unescape);
  }

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      if (isPlain((char) octet)) {
        escaped.append((char) octet);
      } else {
        escaped.append('+').append(HEX.toHexDigits(octet));
      }
    }
    return escaped.toString();
  }

  static Optional<String> unescape(String text) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next != '+') {
        octets.write(next);
      } else if (i + 2 < text.length()
          && HexFormat.isHexDigit(text.charAt(i + 1))
          && HexFormat.isHexDigit(text.charAt(i + 2))) {
        octets.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(octets.toString(StandardCharsets.UTF_8));
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '_'
        || c == '.';
  }
}
