package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/** What is read of {@code storage.k8s.io/v1 VolumeAttachment}, whose model is left out. */
@Group("storage.k8s.io")
@Version("v1")
@Kind("VolumeAttachment")
@Plural("volumeattachments")
public final class VolumeAttachmentObject
    extends CustomResource<VolumeAttachmentObject.Wish, VolumeAttachmentObject.State> {
  private static final long serialVersionUID = 1L;

  /** What is to be attached, and where. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Wish(String attacher, String nodeName, Source source) {}

  /** One of them is there. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Source(
      @Nullable String persistentVolumeName, @Nullable InlineVolume inlineVolumeSpec) {}

  /** A volume without a PersistentVolume. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record InlineVolume(@Nullable Csi csi) {}

  /** A volume of a CSI driver. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Csi(String volumeHandle) {}

  /** Whether it is attached. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record State(@Nullable Boolean attached) {}

  @Override
  protected @Nullable Wish initSpec() {
    return null;
  }

  @Override
  protected @Nullable State initStatus() {
    return null;
  }

  /** It is attached, and nobody has asked for its end. */
  boolean isDone() {
    return getMetadata().getDeletionTimestamp() == null
        && getStatus() != null
        && Boolean.TRUE.equals(getStatus().attached());
  }
}
