package io.mooring.e2e.csi;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.csi.v1.Volume;
import java.util.Map;

/**
 * A volume on its way into one pod: what the kubelet keeps between the calls.
 *
 * @param publishContext what ControllerPublishVolume answered
 * @param stagingPath the kubelet's global mount directory of the volume
 * @param targetPath where the pod sees it: a directory, or a device file for raw block
 */
public record Attachment(
    Volume volume,
    VolumeKind kind,
    Map<String, String> publishContext,
    String stagingPath,
    String targetPath) {
  public Attachment {
    publishContext = Map.copyOf(publishContext);
  }

  /** Paths below the kubelet's directory, as it would choose them. */
  public static Attachment of(Volume volume, VolumeKind kind, Map<String, String> publishContext) {
    String serial = serialOf(volume.getVolumeId());
    String plugin = "/var/lib/kubelet/plugins/kubernetes.io/csi/csi.mooring.io/" + serial;
    String pod = "/var/lib/kubelet/pods/" + serial + "/volumes/data";
    return new Attachment(volume, kind, publishContext, plugin + "/globalmount", pod);
  }

  /** What the volume's LUN says that it is. */
  public String serial() {
    return serialOf(volume.getVolumeId());
  }

  /** What the LUN of that volume says that it is. */
  public static String serialOf(String volumeId) {
    return volumeId.substring(volumeId.indexOf('/') + 1);
  }

  /** As dm-multipath writes it. */
  public String wwid() {
    return requireNonNull(publishContext.get("wwid"), "no wwid in the publish context");
  }

  /** The LUN number at the volume's target. */
  public int lun() {
    return target().get("lun").getAsInt();
  }

  /** The name of the volume's target. */
  public String iqn() {
    return target().get("iqn").getAsString();
  }

  private JsonObject target() {
    String targets =
        requireNonNull(publishContext.get("targets"), "no targets in the publish context");
    return JsonParser.parseString(targets).getAsJsonArray().get(0).getAsJsonObject();
  }
}
