package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIDriverSpec;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Kubernetes is told of the driver, its classes and its kinds. */
final class StorageTest {
  private static final Rendered DEFAULTS = Chart.render("{}");

  @Test
  void theDriverSaysWhatItNeeds() {
    CSIDriverSpec driver = DEFAULTS.one(CSIDriver.class, "csi.mooring.io").getSpec();

    assertThat(driver.getAttachRequired()).isTrue();
    assertThat(driver.getPodInfoOnMount()).isTrue();
    assertThat(driver.getFsGroupPolicy()).isEqualTo("File");
    assertThat(driver.getSeLinuxMount()).isFalse();
    assertThat(driver.getStorageCapacity()).isTrue();
    assertThat(driver.getVolumeLifecycleModes()).containsExactly("Persistent");
    assertThat(driver.getRequiresRepublish()).isFalse();
    assertThat(driver.getTokenRequests()).isEmpty();
  }

  /** The scheduler would otherwise wait for capacities that nobody publishes. */
  @Test
  void capacityIsNotAnnouncedWhenItIsNotPublished() {
    Rendered rendered = Chart.render("provisioner: {capacity: false}");

    assertThat(rendered.one(CSIDriver.class, "csi.mooring.io").getSpec().getStorageCapacity())
        .isFalse();
  }

  @Test
  void theClassOfTheDefaults() {
    StorageClass standard = DEFAULTS.one(StorageClass.class, "mooring");

    assertThat(standard.getProvisioner()).isEqualTo("csi.mooring.io");
    assertThat(standard.getParameters())
        .containsOnlyKeys("csi.storage.k8s.io/fstype")
        .containsValue("ext4");
    assertThat(standard.getVolumeBindingMode()).isEqualTo("WaitForFirstConsumer");
    assertThat(standard.getReclaimPolicy()).isEqualTo("Delete");
    assertThat(standard.getAllowVolumeExpansion()).isTrue();
    assertThat(standard.getMetadata().getAnnotations()).isNullOrEmpty();
  }

  /** Helm holds numbers as floats: a large one must not come out with an exponent. */
  @Test
  void aClassCanLimitItsVolumes() {
    StorageClass limited =
        Chart.render(
                "storageClasses: [{name: a, parameters: {readIops: 2k, writeIops: none, readBandwidth: 100Mi, writeBandwidth: 52428800}}]")
            .one(StorageClass.class, "a");

    assertThat(limited.getParameters())
        .containsEntry("readIops", "2k")
        .containsEntry("writeIops", "none")
        .containsEntry("readBandwidth", "100Mi")
        .containsEntry("writeBandwidth", "52428800");
  }

  @Test
  void aClassCanBeTheDefault() {
    assertThat(
            Chart.render("storageClasses: [{name: a, default: true}]")
                .one(StorageClass.class, "a")
                .getMetadata()
                .getAnnotations())
        .containsEntry("storageclass.kubernetes.io/is-default-class", "true");
  }

  @Test
  void definitionsAreKeptAndWellFormed() {
    List<CustomResourceDefinition> definitions = DEFAULTS.all(CustomResourceDefinition.class);

    assertThat(definitions)
        .extracting(definition -> definition.getMetadata().getName())
        .containsExactlyInAnyOrder(
            "storagetargets.mooring.io",
            "mooringvolumes.mooring.io",
            "mooringattachments.mooring.io",
            "mooringorphans.mooring.io");
    for (CustomResourceDefinition definition : definitions) {
      assertThat(definition.getMetadata().getAnnotations())
          .containsEntry("helm.sh/resource-policy", "keep");
      assertThat(definition.getSpec().getScope()).isEqualTo("Cluster");
      assertThat(definition.getMetadata().getName())
          .isEqualTo(
              definition.getSpec().getNames().getPlural() + "." + definition.getSpec().getGroup());
      CustomResourceDefinitionVersion version = definition.getSpec().getVersions().getFirst();
      assertThat(version.getName()).isEqualTo("v1alpha1");
      assertThat(version.getServed() && version.getStorage()).isTrue();
      assertThat(version.getSubresources().getStatus()).isNotNull();
      assertThat(version.getSchema().getOpenAPIV3Schema().getProperties())
          .containsKeys("spec", "status");
    }
  }

  /** An uninstall or upgrade must run nothing: it could lose volumes. */
  @Test
  void nothingButTestsRunsAsAHook() throws IOException {
    try (Stream<Path> templates = Files.walk(Chart.DIRECTORY.resolve("templates"))) {
      assertThat(
              templates
                  .filter(Files::isRegularFile)
                  .flatMap(file -> Chart.file(file.toString()).lines())
                  .filter(line -> line.contains("helm.sh/hook:")))
          .hasSize(2)
          .allMatch(line -> line.strip().equals("helm.sh/hook: test"));
    }
  }

  @Test
  void theTestWritesInOnePodAndReadsInTheNext() {
    PersistentVolumeClaim claim = DEFAULTS.one(PersistentVolumeClaim.class, "mooring-test");
    Pod writer = DEFAULTS.one(Pod.class, "mooring-test-write");
    Pod reader = DEFAULTS.one(Pod.class, "mooring-test-read");

    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("mooring");
    assertThat(weight(writer)).isEqualTo("1");
    assertThat(weight(reader)).isEqualTo("2");
    assertThat(writer.getSpec().getContainers().getFirst().getCommand())
        .last()
        .asString()
        .contains("sync");
    assertThat(reader.getSpec().getContainers().getFirst().getCommand())
        .last()
        .asString()
        .as("a cache of the node must not answer for the storage host")
        .contains("dd if=data bs=1M iflag=direct | busybox sha256sum -c");
  }

  private static String weight(Pod pod) {
    return Objects.requireNonNull(pod.getMetadata().getAnnotations().get("helm.sh/hook-weight"));
  }
}
