package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.FakeRecords;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.CreateSnapshotRequest;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.DeleteSnapshotRequest;
import io.mooring.csi.v1.GetSnapshotRequest;
import io.mooring.csi.v1.ListSnapshotsRequest;
import io.mooring.csi.v1.ListSnapshotsResponse;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeContentSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots, and volumes that are copies of them or of other volumes. */
class SnapshotTest {
  private final FakeRecords records = new FakeRecords();
  private final TestController controller = TestController.withTwoHosts(records);
  private String volume = "";

  @BeforeEach
  void makeAVolumeOfTenGibibytesOnSanA() {
    volume = make(volumeNamed("pvc-1")).getVolumeId();
    assertThat(volume).startsWith("san-a/");
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private Snapshot snapshot(String name, String volumeId) {
    return controller
        .client()
        .createSnapshot(
            CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(volumeId).build())
        .getSnapshot();
  }

  private void remove(String snapshotId) {
    var _ =
        controller
            .client()
            .deleteSnapshot(DeleteSnapshotRequest.newBuilder().setSnapshotId(snapshotId).build());
  }

  private static VolumeContentSource ofSnapshot(String id) {
    return VolumeContentSource.newBuilder()
        .setSnapshot(VolumeContentSource.SnapshotSource.newBuilder().setSnapshotId(id))
        .build();
  }

  private static VolumeContentSource ofVolume(String id) {
    return VolumeContentSource.newBuilder()
        .setVolume(VolumeContentSource.VolumeSource.newBuilder().setVolumeId(id))
        .build();
  }

  private CreateVolumeRequest.Builder copy(String name, VolumeContentSource source) {
    return volumeNamed(name).setVolumeContentSource(source);
  }

  private int stored() {
    return controller.agent("san-a").storage().volumes().size();
  }

  private ListSnapshotsResponse list(ListSnapshotsRequest.Builder request) {
    return controller.client().listSnapshots(request.build());
  }

  private static List<String> ids(ListSnapshotsResponse page) {
    return page.getEntriesList().stream()
        .map(entry -> entry.getSnapshot().getSnapshotId())
        .toList();
  }

  @Test
  void aSnapshotIsReadyAndTellsWhatItIsOf() {
    Snapshot snapshot = snapshot("snap-1", volume);

    assertThat(snapshot.getSnapshotId()).startsWith("san-a/snap-");
    assertThat(snapshot.getSourceVolumeId()).isEqualTo(volume);
    assertThat(snapshot.getSizeBytes()).isEqualTo(10 * GIB);
    assertThat(snapshot.getReadyToUse()).isTrue();
    assertThat(snapshot.getCreationTime().getSeconds()).isPositive();
    assertThat(snapshot("snap-1", volume)).isEqualTo(snapshot);
    assertThat(
            controller
                .client()
                .getSnapshot(
                    GetSnapshotRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId()).build())
                .getSnapshot())
        .isEqualTo(snapshot);
  }

  @Test
  void aSnapshotThatItsHostCopiesIsNotReadyUntilItIsWhole() {
    controller.agent("san-a").storage().copiesSnapshots();
    Snapshot snapshot = snapshot("snap-1", volume);
    String id = snapshot.getSnapshotId();

    assertThat(snapshot.getReadyToUse()).isFalse();
    assertThat(snapshot("snap-1", volume)).isEqualTo(snapshot);
    assertThat(list(ListSnapshotsRequest.newBuilder()).getEntries(0).getSnapshot())
        .isEqualTo(snapshot);
    refused(Code.ABORTED, () -> make(copy("pvc-2", ofSnapshot(id))), "is not ready");
    assertThat(records.all()).hasSize(1);

    controller.agent("san-a").storage().finishesCopies();
    assertThat(snapshot("snap-1", volume))
        .isEqualTo(snapshot.toBuilder().setReadyToUse(true).build());
    assertThat(make(copy("pvc-2", ofSnapshot(id))).getContentSource()).isEqualTo(ofSnapshot(id));
  }

  @Test
  void aNameThatIsTakenByAnotherVolumesSnapshotIsRefused() {
    snapshot("snap-1", volume);
    String other = make(volumeNamed("pvc-2").putParameters("target", "san-a")).getVolumeId();

    refused(Code.ALREADY_EXISTS, () -> snapshot("snap-1", other), "san-a");
  }

  private String makeOneOnSanB() {
    return make(volumeNamed("pvc-b").putParameters("target", "san-b")).getVolumeId();
  }

  @Test
  void aNameThatIsTakenOnAnotherHostIsRefused() {
    Snapshot first = snapshot("snap-1", volume);
    String elsewhere = makeOneOnSanB();

    refused(Code.ALREADY_EXISTS, () -> snapshot("snap-1", elsewhere), "storage target san-a");
    assertThat(controller.agent("san-b").storage().snapshots()).isEmpty();
    assertThat(snapshot("snap-1", volume)).isEqualTo(first);
    remove(first.getSnapshotId());
    assertThat(snapshot("snap-1", elsewhere).getSnapshotId()).startsWith("san-b/");
  }

  @Test
  void aHostThatIsAwayKeepsNobodyFromSnapshotsOfTheOthers() {
    String elsewhere = makeOneOnSanB();
    controller.host("san-a").switchOff();

    assertThat(snapshot("snap-1", elsewhere).getSnapshotId()).startsWith("san-b/");
    refused(Code.UNAVAILABLE, () -> snapshot("snap-2", volume), "san-a");
  }

  @Test
  void aHostThatIsSilentHoldsSnapshotsOfTheOthersUpForAMomentOnly() {
    String elsewhere = makeOneOnSanB();
    controller.agent("san-a").faults().hold("GetSnapshot");

    assertThat(snapshot("snap-1", elsewhere).getSnapshotId()).startsWith("san-b/");
    controller.agent("san-a").faults().letGo("GetSnapshot");
  }

  @Test
  void aNameThatTwoHostsHaveFromBeforeIsFoundOnTheVolumesOwn() {
    Snapshot first = snapshot("snap-1", volume);
    String elsewhere = makeOneOnSanB();
    controller.host("san-a").switchOff();
    Snapshot second = snapshot("snap-1", elsewhere);
    controller.host("san-a").switchOn();

    assertThat(snapshot("snap-1", volume)).isEqualTo(first);
    assertThat(snapshot("snap-1", elsewhere)).isEqualTo(second);
  }

  @Test
  void aRequestThatSaysTooLittleIsInvalid() {
    refused(Code.INVALID_ARGUMENT, () -> snapshot("", volume), "name");
    refused(Code.INVALID_ARGUMENT, () -> snapshot("snap-1", ""), "source_volume_id");
    refused(Code.INVALID_ARGUMENT, () -> remove(""), "snapshot_id");
    refused(
        Code.INVALID_ARGUMENT,
        () -> {
          var _ =
              controller
                  .client()
                  .createSnapshot(
                      CreateSnapshotRequest.newBuilder()
                          .setName("snap-1")
                          .setSourceVolumeId(volume)
                          .putParameters("speed", "high")
                          .build());
        },
        "speed");
    refused(Code.NOT_FOUND, () -> snapshot("snap-1", "san-a/" + "0".repeat(32)), "san-a");
  }

  @Test
  void deletingIsForAllTimesAndAnIdThatCannotBeIsFine() {
    String id = snapshot("snap-1", volume).getSnapshotId();

    remove(id);
    remove(id);
    remove("nonsense");

    assertThat(controller.agent("san-a").storage().snapshots()).isEmpty();
  }

  @Test
  void nobodyPromisesThatASnapshotIsGoneFromAHostThatIsNotKnown() {
    String id = "san-x/snap-" + "0".repeat(32);

    refused(Code.FAILED_PRECONDITION, () -> remove(id), "storage target san-x of snapshot " + id);
  }

  @Test
  void aCopyIsMadeWhereItsSourceIs() {
    String id = snapshot("snap-1", volume).getSnapshotId();

    Volume copied = make(copy("pvc-2", ofSnapshot(id)));
    Volume cloned = make(copy("pvc-3", ofVolume(volume)));

    assertThat(copied.getVolumeId()).startsWith("san-a/");
    assertThat(copied.getContentSource()).isEqualTo(ofSnapshot(id));
    assertThat(cloned.getContentSource()).isEqualTo(ofVolume(volume));
    assertThat(make(copy("pvc-2", ofSnapshot(id)))).isEqualTo(copied);
    assertThat(stored()).isEqualTo(3);
    assertThat(records.all()).hasSize(3);
  }

  @Test
  void aCopyThatCannotBeIsRefusedAndLeavesNothing() {
    String id = snapshot("snap-1", volume).getSnapshotId();
    String gone = "san-a/snap-" + "0".repeat(32);

    refused(Code.NOT_FOUND, () -> make(copy("pvc-2", ofSnapshot(gone))), gone);
    refused(Code.NOT_FOUND, () -> make(copy("pvc-2", ofSnapshot("nonsense"))), "nonsense");
    refused(
        Code.NOT_FOUND,
        () -> make(copy("pvc-2", ofVolume("san-a/" + "0".repeat(32)))),
        "does not exist");
    refused(
        Code.INVALID_ARGUMENT,
        () -> make(copy("pvc-2", ofSnapshot(id)).putParameters("pool", "slow")),
        "san-a/fast");
    refused(
        Code.INVALID_ARGUMENT,
        () -> make(copy("pvc-2", VolumeContentSource.getDefaultInstance())),
        "volume_content_source");
    refused(
        Code.RESOURCE_EXHAUSTED,
        () -> make(copy("pvc-2", ofSnapshot(id)).setCapacityRange(size(95 * GIB, 0))),
        "san-a");
    assertThat(stored()).isEqualTo(1);
    assertThat(records.all()).hasSize(1);
  }

  @Test
  void aNameThatIsTakenByAnotherCopyIsRefused() {
    String id = snapshot("snap-1", volume).getSnapshotId();
    var _ = make(copy("pvc-2", ofSnapshot(id)));

    refused(Code.ALREADY_EXISTS, () -> make(copy("pvc-2", ofVolume(volume))), "a copy of snapshot");
    refused(Code.ALREADY_EXISTS, () -> make(volumeNamed("pvc-2")), "a copy of snapshot");
    refused(Code.ALREADY_EXISTS, () -> make(copy("pvc-1", ofSnapshot(id))), "no copy");
  }

  @Test
  void anEmptyVolumeOfAnOldAgentIsNotTakenForACopy() {
    controller.agent("san-a").storage().makeOld();

    refused(
        Code.FAILED_PRECONDITION,
        () -> make(copy("pvc-2", ofVolume(volume))),
        "san-a",
        "update its agent");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void snapshotsAreListedByPageByVolumeAndById() {
    String other = make(volumeNamed("pvc-2").putParameters("target", "san-b")).getVolumeId();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      expected.add(snapshot("a-" + i, volume).getSnapshotId());
    }
    expected.sort(null);
    String ofOther = snapshot("b", other).getSnapshotId();
    expected.add(ofOther);

    assertThat(ids(list(ListSnapshotsRequest.newBuilder()))).isEqualTo(expected);
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(other))))
        .containsExactly(ofOther);
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId(ofOther))))
        .containsExactly(ofOther);
    assertThat(
            ids(
                list(
                    ListSnapshotsRequest.newBuilder()
                        .setSnapshotId(ofOther)
                        .setSourceVolumeId(volume))))
        .isEmpty();
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSnapshotId("nonsense")))).isEmpty();
    assertThat(ids(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId("nonsense"))))
        .isEmpty();
    ListSnapshotsResponse first = list(ListSnapshotsRequest.newBuilder().setMaxEntries(2));
    ListSnapshotsResponse second =
        list(
            ListSnapshotsRequest.newBuilder()
                .setMaxEntries(2)
                .setStartingToken(first.getNextToken()));
    assertThat(ids(first)).isEqualTo(expected.subList(0, 2));
    assertThat(ids(second)).isEqualTo(expected.subList(2, 4));
    assertThat(second.getNextToken()).isEmpty();
    refused(
        Code.ABORTED,
        () -> list(ListSnapshotsRequest.newBuilder().setStartingToken("nonsense")),
        "starting_token");
  }
}
