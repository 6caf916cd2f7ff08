package io.mooring.controller.volume;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.controller.target.LunPath;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PublishedVolume;
import io.mooring.controller.target.VolumeLimits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What ControllerPublishVolume gives the node, as text under these keys. The node plugin reads
 * exactly this; it verifies the identity in here and never looks for one of its own.
 *
 * <ul>
 *   <li>{@code wwid}: as dm-multipath writes it, 33 hex digits
 *   <li>{@code serial}: 32 lower-case hex digits, VPD page 0x80
 *   <li>{@code sizeBytes}: decimal
 *   <li>{@code readOnly}: {@code true} or {@code false}
 *   <li>{@code chap}: {@code true} where the targets demand CHAP, whose secrets go another way;
 *       missing otherwise
 *   <li>{@code written}: {@code true} where something was written to the volume before this node
 *       got it, so that it is not new even where it reads blank; missing otherwise
 *   <li>{@code targets}: a JSON list with one object per storage host that serves the LUN: {@code
 *       {"iqn": text, "tpgt": number, "lun": 1..255, "portals": ["ip:port" or "[v6]:port"]}}
 *   <li>{@code limits}: only of a volume that had limits at some time, {@code {"revision": number,
 *       "readIops": number, "writeIops": number, "readBytesPerSecond": number,
 *       "writeBytesPerSecond": number}}, 0 for no limit
 *   <li>{@code portalsRevision}: decimal, of the StorageTarget's spec that the portals follow;
 *       missing where nobody counts
 * </ul>
 */
public final class PublishContext {
  public static final String WWID = "wwid";
  public static final String SERIAL = "serial";
  public static final String SIZE_BYTES = "sizeBytes";
  public static final String READ_ONLY = "readOnly";
  public static final String CHAP = "chap";
  public static final String WRITTEN = "written";
  public static final String TARGETS = "targets";
  public static final String LIMITS = "limits";
  public static final String PORTALS_REVISION = "portalsRevision";

  private PublishContext() {}

  /**
   * The context of a volume as one node reaches it.
   *
   * @param portalsRevision as {@link #PORTALS_REVISION}; 0 where nobody counts
   */
  public static Map<String, String> of(PublishedVolume published, long portalsRevision) {
    Map<String, String> context = new HashMap<>();
    context.put(WWID, published.volume().wwid());
    context.put(SERIAL, published.volume().serial());
    context.put(SIZE_BYTES, Long.toString(published.volume().sizeBytes()));
    context.put(READ_ONLY, Boolean.toString(published.publication().readOnly()));
    context.put(TARGETS, targets(published.publication().paths()).toString());
    VolumeLimits limits = published.volume().limits();
    if (limits.revision() > 0) {
      context.put(LIMITS, limits(limits).toString());
    }
    if (published.chap()) {
      context.put(CHAP, "true");
    }
    if (published.volume().written()) {
      context.put(WRITTEN, "true");
    }
    if (portalsRevision > 0) {
      context.put(PORTALS_REVISION, Long.toString(portalsRevision));
    }
    return Map.copyOf(context);
  }

  private static JsonObject limits(VolumeLimits limits) {
    JsonObject object = new JsonObject();
    object.addProperty("revision", limits.revision());
    object.addProperty("readIops", limits.readIops());
    object.addProperty("writeIops", limits.writeIops());
    object.addProperty("readBytesPerSecond", limits.readBytesPerSecond());
    object.addProperty("writeBytesPerSecond", limits.writeBytesPerSecond());
    return object;
  }

  private static JsonArray targets(List<LunPath> paths) {
    JsonArray targets = new JsonArray();
    for (LunPath path : paths) {
      JsonArray portals = new JsonArray();
      path.portals().stream().map(Portal::hostPort).forEach(portals::add);
      JsonObject target = new JsonObject();
      target.addProperty("iqn", path.iqn());
      target.addProperty("tpgt", path.tpgt());
      target.addProperty("lun", path.lun());
      target.add("portals", portals);
      targets.add(target);
    }
    return targets;
  }
}
