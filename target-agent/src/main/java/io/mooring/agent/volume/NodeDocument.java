package io.mooring.agent.volume;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the pools do not record of a node: its claim on its uuid, when it lost which LUN number, and
 * which numbers it has even while the volumes that have them cannot be seen.
 *
 * @param freed every number that it once had and has not now
 * @param held every number that it has or may have, and the serial of the volume that has it;
 *     missing where that is not known, and in what older versions wrote
 * @param answers whether it gives its word on freed numbers; missing in what older versions wrote
 */
public record NodeDocument(
    String cluster,
    String uuid,
    String name,
    List<FreedLun> freed,
    @Nullable Map<Integer, String> held,
    @Nullable Boolean answers) {
  /**
   * A LUN number and the wall-clock time from which nothing was mapped under it any more.
   *
   * @param serial of the volume that it led to; missing where that is not known any more, and in
   *     what older versions wrote
   * @param given whether the node has said since that it has nothing there; missing in what older
   *     versions wrote
   */
  public record FreedLun(int lun, Instant at, @Nullable String serial, @Nullable Boolean given) {
    public FreedLun {
      requireNonNull(at, "at is null");
    }

    boolean wasGiven() {
      return given != null && given;
    }
  }

  public NodeDocument {
    requireNonNull(cluster, "cluster is null");
    requireNonNull(uuid, "uuid is null");
    requireNonNull(name, "name is null");
    freed = List.copyOf(freed);
    held = held == null ? null : new TreeMap<>(held);
  }

  boolean givesItsWord() {
    return answers != null && answers;
  }
}
