package io.mooring.agent;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.Source;
import io.mooring.agent.identity.Use;
import io.mooring.agent.identity.VolumeLimits;
import io.mooring.agent.v1.AccessType;
import io.mooring.agent.v1.SetNodeChapRequest;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The forms that requests must have. */
final class Checks {
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  /** CSI's limit for names; with all bytes escaped it still fits into an LVM tag. */
  private static final int NAME_BYTES = 128;

  /** A DNS name, which is what Kubernetes gives nodes. */
  private static final int NODE_NAME_BYTES = 253;

  /** As many digits as records are read with. */
  private static final long LARGEST_LIMIT = 999_999_999_999_999_999L;

  private Checks() {}

  static String present(String field, String value) {
    if (value.isEmpty()) {
      throw Failure.invalidArgument(field + " is empty; give one");
    }
    return value;
  }

  static String cluster(String value) {
    return bounded("cluster", value, NAME_BYTES);
  }

  static String volumeName(String value) {
    return bounded("name", value, NAME_BYTES);
  }

  static String nodeName(String value) {
    return bounded("node name", value, NODE_NAME_BYTES);
  }

  private static String bounded(String field, String value, int most) {
    int bytes = present(field, value).getBytes(StandardCharsets.UTF_8).length;
    if (bytes > most) {
      throw Failure.invalidArgument(
          "%s has %d bytes where %d are the most; shorten it".formatted(field, bytes, most));
    }
    return value;
  }

  /** A serial that cannot exist names a volume that does not. */
  static Serial serial(String value) {
    return serial("volume", value);
  }

  /** A snapshot's serial, of which the same holds. */
  static Serial snapshotSerial(String value) {
    return serial("snapshot", value);
  }

  /** A group snapshot's serial, of which the same holds. */
  static Serial groupSerial(String value) {
    return serial("group snapshot", value);
  }

  /** The same of a call that undoes something: there is nothing to undo of what cannot exist. */
  static Optional<Serial> possibleSerial(String value) {
    return Serial.isSerial(present("serial", value))
        ? Optional.of(new Serial(value))
        : Optional.empty();
  }

  /** Volumes to be snapshotted together, each named once. */
  static Set<Serial> volumeSerials(List<String> values) {
    if (values.isEmpty()) {
      throw Failure.invalidArgument("no volume serial is given; give at least one");
    }
    Set<Serial> serials = new TreeSet<>();
    for (String value : values) {
      if (!serials.add(serial(value))) {
        throw Failure.invalidArgument("volume %s is given twice; give it once".formatted(value));
      }
    }
    return serials;
  }

  private static Serial serial(String object, String value) {
    if (!Serial.isSerial(present("serial", value))) {
      throw Failure.notFound(
          "there is no %s \"%s\": a serial has 32 lower-case hexadecimal digits"
              .formatted(object, value));
    }
    return new Serial(value);
  }

  /** What a volume shall be a copy of; empty for an empty volume. */
  static Optional<Source> source(io.mooring.agent.v1.Source source) {
    return switch (source.getOfCase()) {
      case SNAPSHOT_SERIAL ->
          Optional.of(new Source(Source.Kind.SNAPSHOT, snapshotSerial(source.getSnapshotSerial())));
      case VOLUME_SERIAL ->
          Optional.of(new Source(Source.Kind.VOLUME, serial(source.getVolumeSerial())));
      case OF_NOT_SET -> Optional.empty();
    };
  }

  /** What a volume shall be limited to; the revision is the host's. */
  static VolumeLimits limits(io.mooring.agent.v1.VolumeLimits limits) {
    return new VolumeLimits(
        limit("read_iops", limits.getReadIops()),
        limit("write_iops", limits.getWriteIops()),
        limit("read_bytes_per_second", limits.getReadBytesPerSecond()),
        limit("write_bytes_per_second", limits.getWriteBytesPerSecond()),
        0);
  }

  private static long limit(String field, long value) {
    if (value < 0 || value > LARGEST_LIMIT) {
      throw Failure.invalidArgument(
          "limits.%s is %d; give 0 for no limit, or what a device can do".formatted(field, value));
    }
    return value;
  }

  /** How the node is to use the volume; a caller that is too old does not say what pods see. */
  static Use use(boolean exclusive, AccessType type) {
    return new Use(
        exclusive ? Use.Sharing.EXCLUSIVE : Use.Sharing.SHARED,
        switch (type) {
          case ACCESS_TYPE_FILE_SYSTEM -> Use.Access.FILE_SYSTEM;
          case ACCESS_TYPE_BLOCK -> Use.Access.BLOCK;
          case ACCESS_TYPE_UNSPECIFIED, UNRECOGNIZED -> Use.Access.UNKNOWN;
        });
  }

  static Chap chap(io.mooring.agent.v1.Chap chap) {
    return new Chap(
        chap.getUser(),
        chap.getPassword(),
        chap.getMutualUser(),
        chap.getMutualPassword(),
        chap.getRevision());
  }

  static ChapEntry chapEntry(SetNodeChapRequest request) {
    return switch (request.getWhatCase()) {
      case CHAP -> ChapEntry.of(chap(request.getChap()));
      case NONE_SINCE_REVISION -> ChapEntry.none(request.getNoneSinceRevision());
      case WHAT_NOT_SET ->
          throw Failure.invalidArgument("neither chap nor none_since_revision is given; give one");
    };
  }

  static String uuid(String value) {
    if (!UUID.matcher(present("node uuid", value)).matches()) {
      throw Failure.invalidArgument(
          "the node uuid \""
              + value
              + "\" is not in the form 01234567-89ab-cdef-0123-456789abcdef, in lower case");
    }
    return value;
  }
}
