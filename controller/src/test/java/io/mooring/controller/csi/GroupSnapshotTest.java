package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.CreateVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.DeleteSnapshotRequest;
import io.mooring.csi.v1.DeleteVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.GetVolumeGroupSnapshotRequest;
import io.mooring.csi.v1.GroupControllerGetCapabilitiesRequest;
import io.mooring.csi.v1.GroupControllerServiceCapability;
import io.mooring.csi.v1.GroupControllerServiceCapability.RPC;
import io.mooring.csi.v1.ListSnapshotsRequest;
import io.mooring.csi.v1.ListSnapshotsResponse;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeContentSource;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots of several volumes at one moment. */
class GroupSnapshotTest {
  private static final String GONE = "san-a/group-" + "0".repeat(32);

  private final TestController controller = TestController.withTwoHosts();
  private String data = "";
  private String log = "";

  @BeforeEach
  void makeTwoVolumesInOnePool() {
    data = make("data", "san-a", "fast");
    log = make("log", "san-a", "fast");
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private String make(String name, String target, String pool) {
    return make(volumeNamed(name).putParameters("target", target).putParameters("pool", pool))
        .getVolumeId();
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private static CreateVolumeGroupSnapshotRequest.Builder group(String name, String... volumes) {
    return CreateVolumeGroupSnapshotRequest.newBuilder()
        .setName(name)
        .addAllSourceVolumeIds(List.of(volumes));
  }

  private VolumeGroupSnapshot create(CreateVolumeGroupSnapshotRequest.Builder request) {
    return controller.groups().createVolumeGroupSnapshot(request.build()).getGroupSnapshot();
  }

  private VolumeGroupSnapshot get(String id, List<String> snapshots) {
    return controller
        .groups()
        .getVolumeGroupSnapshot(
            GetVolumeGroupSnapshotRequest.newBuilder()
                .setGroupSnapshotId(id)
                .addAllSnapshotIds(snapshots)
                .build())
        .getGroupSnapshot();
  }

  private void delete(String id, List<String> snapshots) {
    var _ =
        controller
            .groups()
            .deleteVolumeGroupSnapshot(
                DeleteVolumeGroupSnapshotRequest.newBuilder()
                    .setGroupSnapshotId(id)
                    .addAllSnapshotIds(snapshots)
                    .build());
  }

  private static List<String> members(VolumeGroupSnapshot group) {
    return group.getSnapshotsList().stream().map(Snapshot::getSnapshotId).toList();
  }

  private List<Snapshot> listed() {
    return controller
        .client()
        .listSnapshots(ListSnapshotsRequest.getDefaultInstance())
        .getEntriesList()
        .stream()
        .map(ListSnapshotsResponse.Entry::getSnapshot)
        .toList();
  }

  @Test
  void theServiceIsThereWithAllItsCalls() {
    assertThat(
            controller
                .groups()
                .groupControllerGetCapabilities(
                    GroupControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .containsExactly(
            GroupControllerServiceCapability.newBuilder()
                .setRpc(RPC.newBuilder().setType(RPC.Type.CREATE_DELETE_GET_VOLUME_GROUP_SNAPSHOT))
                .build());
  }

  @Test
  void aGroupIsReadyAndHasOneSnapshotOfEachVolume() {
    VolumeGroupSnapshot group = create(group("group", data, log));

    assertThat(group.getGroupSnapshotId()).startsWith("san-a/group-");
    assertThat(group.getReadyToUse()).isTrue();
    assertThat(group.getCreationTime().getSeconds()).isPositive();
    assertThat(group.getSnapshotsList())
        .extracting(Snapshot::getSourceVolumeId)
        .containsExactlyInAnyOrder(data, log);
    assertThat(group.getSnapshotsList()).allMatch(Snapshot::getReadyToUse);
    assertThat(group.getSnapshotsList())
        .extracting(Snapshot::getGroupSnapshotId)
        .containsOnly(group.getGroupSnapshotId());
    assertThat(listed()).containsExactlyInAnyOrderElementsOf(group.getSnapshotsList());
  }

  @Test
  void theSameGroupAgainIsThatGroup() {
    VolumeGroupSnapshot group = create(group("group", data, log));

    assertThat(create(group("group", log, data))).isEqualTo(group);
    assertThat(get(group.getGroupSnapshotId(), List.of())).isEqualTo(group);
    assertThat(get(group.getGroupSnapshotId(), members(group).reversed())).isEqualTo(group);
    refused(Code.ALREADY_EXISTS, () -> create(group("group", data)), "san-a");
  }

  @Test
  void anAnswerThatIsLostMakesNoSecondGroup() {
    controller.agent("san-a").faults().loseAnswerOfNext("CreateGroupSnapshot");
    refused(Code.UNAVAILABLE, () -> create(group("group", data, log)), "san-a");

    create(group("group", data, log));

    assertThat(listed()).hasSize(2);
  }

  @Test
  void aNameThatIsTakenOnAnotherHostIsRefused() {
    create(group("daily", data, log));
    String elsewhere = make("other", "san-b", "fast");

    refused(Code.ALREADY_EXISTS, () -> create(group("daily", elsewhere)), "storage target san-a");
    assertThat(controller.agent("san-b").storage().snapshots()).isEmpty();
    assertThat(create(group("weekly", elsewhere)).getGroupSnapshotId()).startsWith("san-b/");
  }

  @Test
  void aHostThatIsTooOldForTheQuestionKeepsNobodyFromGroupsOfTheOthers() {
    String elsewhere = make("other", "san-b", "fast");
    controller
        .agent("san-a")
        .faults()
        .failNext("GetGroupSnapshot", Code.INVALID_ARGUMENT, "serial is missing");

    assertThat(create(group("daily", elsewhere)).getGroupSnapshotId()).startsWith("san-b/");
  }

  @Test
  void volumesThatAreNotTogetherAreRefused() {
    String slow = make("slow", "san-a", "slow");
    String elsewhere = make("elsewhere", "san-b", "fast");

    refused(
        Code.FAILED_PRECONDITION,
        () -> create(group("group", data, elsewhere)),
        "two storage targets",
        data,
        elsewhere);
    refused(Code.FAILED_PRECONDITION, () -> create(group("group", data, slow)), "one pool");
    assertThat(listed()).isEmpty();
  }

  @Test
  void aRequestThatSaysTooLittleOrTooMuchIsInvalid() {
    refused(Code.INVALID_ARGUMENT, () -> create(group("", data)), "name");
    refused(Code.INVALID_ARGUMENT, () -> create(group("group")), "source_volume_ids");
    refused(Code.INVALID_ARGUMENT, () -> create(group("group", data, data)), "twice");
    refused(
        Code.INVALID_ARGUMENT,
        () -> create(group("group", data).putParameters("speed", "high")),
        "VolumeGroupSnapshotClass");
    refused(Code.INVALID_ARGUMENT, () -> delete("", List.of()), "group_snapshot_id");
    refused(Code.INVALID_ARGUMENT, () -> get("", List.of()), "group_snapshot_id");
    refused(Code.NOT_FOUND, () -> create(group("group", data, "nonsense")), "nonsense");
    refused(Code.NOT_FOUND, () -> create(group("group", data, "san-a/" + "0".repeat(32))), "san-a");
    assertThat(create(group("group", data).putParameters("csi.storage.k8s.io/x", "y"))).isNotNull();
  }

  @Test
  void deletingIsForAllTimesAndTakesAllSnapshots() {
    VolumeGroupSnapshot group = create(group("group", data, log));

    delete(group.getGroupSnapshotId(), members(group));
    delete(group.getGroupSnapshotId(), members(group));
    delete("nonsense", List.of());

    assertThat(listed()).isEmpty();
    refused(
        Code.NOT_FOUND,
        () -> get(group.getGroupSnapshotId(), List.of()),
        group.getGroupSnapshotId());
    refused(Code.NOT_FOUND, () -> get("nonsense", List.of()), "nonsense");
  }

  @Test
  void snapshotsThatAreNotItsOwnAreAMismatch() {
    VolumeGroupSnapshot group = create(group("group", data, log));
    String id = group.getGroupSnapshotId();

    for (List<String> others :
        List.of(
            members(group).subList(0, 1),
            List.of("nonsense"),
            List.of(members(group).get(0), "san-b" + members(group).get(1).substring(5)))) {
      refused(Code.INVALID_ARGUMENT, () -> delete(id, others));
      refused(Code.INVALID_ARGUMENT, () -> get(id, others), "snapshot_ids");
    }
    assertThat(listed()).hasSize(2);
  }

  @Test
  void aMemberIsNotDeletedAlone() {
    VolumeGroupSnapshot group = create(group("group", data, log));

    refused(
        Code.INVALID_ARGUMENT,
        () -> {
          var _ =
              controller
                  .client()
                  .deleteSnapshot(
                      DeleteSnapshotRequest.newBuilder()
                          .setSnapshotId(members(group).getFirst())
                          .build());
        },
        "group");
    assertThat(listed()).hasSize(2);
  }

  @Test
  void aVolumeIsMadeFromAMember() {
    String member = members(create(group("group", data, log))).getFirst();

    Volume copy =
        make(
            volumeNamed("copy")
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setSnapshot(
                            VolumeContentSource.SnapshotSource.newBuilder()
                                .setSnapshotId(member))));

    assertThat(copy.getContentSource().getSnapshot().getSnapshotId()).isEqualTo(member);
  }

  @Test
  void anAgentThatIsTooOldIsNamed() {
    controller.agent("san-a").storage().makeOld();
    controller.host("san-a").switchOff();
    controller.host("san-a").switchOn();

    refused(
        Code.FAILED_PRECONDITION, () -> create(group("group", data)), "san-a", "update its agent");
    refused(Code.FAILED_PRECONDITION, () -> get(GONE, List.of()), "update its agent");
    refused(Code.FAILED_PRECONDITION, () -> delete(GONE, List.of()), "update its agent");
  }

  @Test
  void nobodyPromisesThatAGroupIsGoneFromAHostThatIsNotKnown() {
    String id = "san-x/group-" + "0".repeat(32);

    refused(Code.FAILED_PRECONDITION, () -> delete(id, List.of()), id);
    refused(Code.NOT_FOUND, () -> get(id, List.of()), id);
  }
}
