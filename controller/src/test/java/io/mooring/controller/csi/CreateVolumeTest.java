package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.block;
import static io.mooring.controller.testing.Requests.mount;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.Topology;
import io.mooring.csi.v1.TopologyRequirement;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeCapability;
import io.mooring.csi.v1.VolumeCapability.AccessMode;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CreateVolumeTest {
  private static final long MIB = 1L << 20;

  private final TestController controller = TestController.withTwoHosts();

  @AfterEach
  void close() {
    controller.close();
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private void refuse(Code code, CreateVolumeRequest.Builder request, String... parts) {
    refused(code, () -> make(request), parts);
    assertThat(controller.agent("san-a").storage().volumes()).isEmpty();
    assertThat(controller.agent("san-b").storage().volumes()).isEmpty();
  }

  @Test
  void aVolumeIsMadeInTheRoomiestPool() {
    Volume volume = make(volumeNamed("pvc-1"));

    assertThat(volume.getVolumeId()).matches("san-a/[0-9a-f]{32}");
    assertThat(volume.getCapacityBytes()).isEqualTo(10 * GIB);
    assertThat(volume.getVolumeContextMap())
        .containsOnlyKeys("pool", "target")
        .containsEntry("pool", "fast")
        .containsEntry("target", "san-a");
    assertThat(controller.agent("san-a").storage().volumes())
        .singleElement()
        .satisfies(stored -> assertThat(stored.getName()).isEqualTo("pvc-1"));
  }

  @Test
  void volumesSpreadByFreeCapacity() {
    assertThat(make(volumeNamed("first").setCapacityRange(size(50 * GIB, 0))).getVolumeId())
        .startsWith("san-a/");
    assertThat(make(volumeNamed("second")).getVolumeId()).startsWith("san-b/");
  }

  @Test
  void parametersNarrowTheChoice() {
    assertThat(make(volumeNamed("slow").putParameters("pool", "slow")).getVolumeContextMap())
        .containsEntry("pool", "slow");
    assertThat(make(volumeNamed("on-b").putParameters("target", "san-b")).getVolumeId())
        .startsWith("san-b/");
    assertThat(make(volumeNamed("either").putParameters("target", "san-b, san-a")).getVolumeId())
        .startsWith("san-a/");
  }

  @Test
  void withoutASizeItIsOneGibibyte() {
    assertThat(make(volumeNamed("pvc-1").clearCapacityRange()).getCapacityBytes()).isEqualTo(GIB);
  }

  @Test
  void aSmallXfsVolumeIsRaisedToWhatXfsNeeds() {
    CreateVolumeRequest.Builder request =
        volumeNamed("pvc-1")
            .setCapacityRange(size(10 * MIB, 0))
            .clearVolumeCapabilities()
            .addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER));

    assertThat(make(request).getCapacityBytes()).isEqualTo(300 * MIB);
  }

  @Test
  void anXfsVolumeThatMustStaySmallIsOutOfRange() {
    refuse(
        Code.OUT_OF_RANGE,
        volumeNamed("pvc-1")
            .setCapacityRange(size(10 * MIB, 20 * MIB))
            .clearVolumeCapabilities()
            .addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER)),
        "xfs",
        "ext4");
  }

  @Test
  void badSizesAreRefusedByTheirKind() {
    refuse(Code.INVALID_ARGUMENT, volumeNamed("a").setCapacityRange(size(-1, 0)), "capacity_range");
    refuse(Code.INVALID_ARGUMENT, volumeNamed("b").setCapacityRange(size(2, 1)), "capacity_range");
    refuse(
        Code.OUT_OF_RANGE,
        volumeNamed("c").setCapacityRange(size(101 * GIB, 0)),
        "san-a/fast",
        "larger");
    refuse(Code.OUT_OF_RANGE, volumeNamed("d").setCapacityRange(size(Long.MAX_VALUE, 0)));
    controller.agent("san-a").storage().pool("fast", 0);
    controller.agent("san-b").storage().refuse("fast", "its metadata is full; extend it");
    refuse(
        Code.RESOURCE_EXHAUSTED,
        volumeNamed("e").setCapacityRange(size(50 * GIB, 0)),
        "san-b/fast",
        "its metadata is full; extend it");
  }

  @Test
  void aMissingNameOrCapabilityIsAnInvalidArgument() {
    refuse(Code.INVALID_ARGUMENT, volumeNamed(""), "name");
    refuse(
        Code.INVALID_ARGUMENT, volumeNamed("a").clearVolumeCapabilities(), "volume_capabilities");
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("b").addVolumeCapabilities(VolumeCapability.getDefaultInstance()),
        "access_type");
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("c").addVolumeCapabilities(block(AccessMode.Mode.UNKNOWN)),
        "access_mode");
  }

  @Test
  void wrongParametersAreNamedWithTheRightOnes() {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("a").putParameters("tier", "gold"),
        "tier",
        "pool",
        "target");
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("b").putParameters("pool", "gold"),
        "gold",
        "san-a/slow");
    refuse(
        Code.INVALID_ARGUMENT, volumeNamed("c").putParameters("target", "san-z"), "san-z", "san-a");
  }

  @ParameterizedTest
  @EnumSource(
      value = AccessMode.Mode.class,
      names = {"MULTI_NODE_READER_ONLY", "MULTI_NODE_SINGLE_WRITER", "MULTI_NODE_MULTI_WRITER"})
  void sharedUseIsRefusedWithAReason(AccessMode.Mode mode) {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("a").addVolumeCapabilities(mount("", mode)),
        mode.name());
  }

  @Test
  void optionsOfMkfsTravelInTheVolumesContext() {
    assertThat(
            controller
                .client()
                .createVolume(volumeNamed("a").putParameters("mkfsOptions", "-i 65536").build())
                .getVolume()
                .getVolumeContextMap())
        .containsEntry("mkfsOptions", "-i 65536")
        .containsEntry("pool", "fast");
  }

  @Test
  void theClaimTravelsInTheVolumesContextWhereTheProvisionerNamesIt() {
    Map<String, String> claim =
        Map.of("csi.storage.k8s.io/pvc/name", "data", "csi.storage.k8s.io/pvc/namespace", "shop");

    assertThat(
            make(volumeNamed("a")
                    .putAllParameters(claim)
                    .putParameters("csi.storage.k8s.io/pv/name", "pvc-1"))
                .getVolumeContextMap())
        .containsAllEntriesOf(claim)
        .doesNotContainKey("csi.storage.k8s.io/pv/name");
    assertThat(make(volumeNamed("b")).getVolumeContextMap()).containsOnlyKeys("pool", "target");
  }

  @Test
  void optionsOfMkfsThatLeadElsewhereAreRefused() {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("a").putParameters("mkfsOptions", "-d /etc"),
        "mkfs.ext4",
        "-d /etc");
  }

  @Test
  void aRawDeviceForSeveralNodesIsMade() {
    assertThat(
            controller
                .client()
                .createVolume(
                    volumeNamed("a")
                        .clearVolumeCapabilities()
                        .addVolumeCapabilities(block(AccessMode.Mode.MULTI_NODE_MULTI_WRITER))
                        .build())
                .getVolume()
                .getVolumeId())
        .isNotEmpty();
  }

  @Test
  void anEncryptedDeviceForSeveralNodesIsRefused() {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("b")
            .clearVolumeCapabilities()
            .addVolumeCapabilities(block(AccessMode.Mode.MULTI_NODE_MULTI_WRITER))
            .putParameters("encryption", "luks2"),
        "two nodes could write the header");
  }

  @Test
  void aRawDeviceWithOneWriterAndManyReadersIsRefused() {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("b").addVolumeCapabilities(block(AccessMode.Mode.MULTI_NODE_SINGLE_WRITER)),
        "MULTI_NODE_SINGLE_WRITER");
  }

  @Test
  void whatIsNotOfferedIsRefused() {
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("c")
            .setAccessibilityRequirements(
                TopologyRequirement.newBuilder()
                    .addRequisite(Topology.newBuilder().putSegments("zone", "a"))),
        "accessibility_requirements");
    refuse(
        Code.INVALID_ARGUMENT,
        volumeNamed("d").addVolumeCapabilities(mount("ntfs", AccessMode.Mode.SINGLE_NODE_WRITER)),
        "ntfs");
  }

  @Test
  void theSameRequestAgainGivesTheSameVolume() {
    assertThat(make(volumeNamed("pvc-1"))).isEqualTo(make(volumeNamed("pvc-1")));
    assertThat(controller.agent("san-a").storage().volumes()).hasSize(1);
  }

  @Test
  void aRequestThatTheOldVolumeSatisfiesGivesTheOldVolume() {
    Volume old = make(volumeNamed("pvc-1"));

    assertThat(make(volumeNamed("pvc-1").setCapacityRange(size(GIB, 20 * GIB)))).isEqualTo(old);
    assertThat(make(volumeNamed("pvc-1").clearCapacityRange())).isEqualTo(old);
    assertThat(make(volumeNamed("pvc-1").putParameters("pool", "fast"))).isEqualTo(old);
  }

  @Test
  void aNameTakenByAnotherVolumeIsRefused() {
    make(volumeNamed("pvc-1").setCapacityRange(size(100 * MIB, 0)));

    refused(
        Code.ALREADY_EXISTS,
        () -> make(volumeNamed("pvc-1").setCapacityRange(size(GIB, 0))),
        "pvc-1",
        "104857600");
    refused(
        Code.ALREADY_EXISTS,
        () -> make(volumeNamed("pvc-1").setCapacityRange(size(MIB, 2 * MIB))),
        "pvc-1");
    refused(
        Code.ALREADY_EXISTS,
        () -> make(volumeNamed("pvc-1").clearCapacityRange().putParameters("pool", "slow")),
        "san-a/fast");
    refused(
        Code.ALREADY_EXISTS,
        () -> make(volumeNamed("pvc-1").clearCapacityRange().putParameters("target", "san-b")),
        "san-a/fast");
    refused(
        Code.ALREADY_EXISTS,
        () ->
            make(
                volumeNamed("pvc-1")
                    .clearCapacityRange()
                    .addVolumeCapabilities(mount("xfs", AccessMode.Mode.SINGLE_NODE_WRITER))),
        "xfs");
    assertThat(controller.agent("san-a").storage().volumes()).hasSize(1);
  }
}
