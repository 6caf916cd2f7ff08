package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is read of {@code snapshot.storage.k8s.io/v1 VolumeSnapshotContent}. */
@Group("snapshot.storage.k8s.io")
@Version("v1")
@Kind("VolumeSnapshotContent")
@Plural("volumesnapshotcontents")
public final class SnapshotContentObject
    extends CustomResource<SnapshotContentObject.Wish, SnapshotContentObject.State> {
  private static final long serialVersionUID = 1L;

  /** Of what, or which. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Wish(String driver, @Nullable Source source) {}

  /** The snapshot, where it was there before. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Source(@Nullable String snapshotHandle) {}

  /** The snapshot, once it is made. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record State(@Nullable String snapshotHandle) {}

  @Override
  protected @Nullable Wish initSpec() {
    return null;
  }

  @Override
  protected @Nullable State initStatus() {
    return null;
  }

  /** The handles that it names. */
  Stream<String> handles() {
    Source source = getSpec().source();
    return Stream.concat(
        Stream.ofNullable(source == null ? null : source.snapshotHandle()),
        Stream.ofNullable(getStatus() == null ? null : getStatus().snapshotHandle()));
  }
}
