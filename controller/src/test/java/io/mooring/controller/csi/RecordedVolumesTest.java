package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.delete;
import static io.mooring.controller.testing.Requests.size;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.FakeRecords;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.Placed;
import io.mooring.csi.v1.CreateVolumeRequest;
import io.mooring.csi.v1.GetCapacityRequest;
import io.mooring.csi.v1.Volume;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where places are recorded, one target's absence is no other's trouble. */
class RecordedVolumesTest {
  private final FakeRecords records = new FakeRecords();
  private final TestController controller = TestController.withTwoHosts(records);

  @AfterEach
  void close() {
    controller.close();
  }

  private Volume make(CreateVolumeRequest.Builder request) {
    return controller.client().createVolume(request.build()).getVolume();
  }

  private void remove(String volumeId) {
    var _ = controller.client().deleteVolume(delete(volumeId));
  }

  private int stored() {
    return controller.agent("san-a").storage().volumes().size()
        + controller.agent("san-b").storage().volumes().size();
  }

  private Placed onlyRecord() {
    assertThat(records.all()).hasSize(1);
    return records.all().getFirst();
  }

  @Test
  void thePlaceIsRecordedAndTheRecordCompleted() {
    Volume volume = make(volumeNamed("pvc-1"));

    Placed record = onlyRecord();
    assertThat(record.name()).isEqualTo("pvc-1");
    assertThat(record.pool()).isEqualTo("fast");
    assertThat(volume.getVolumeId())
        .isEqualTo(record.target() + "/" + record.serial().orElseThrow());
  }

  @Test
  void theSameRequestAgainGivesTheSameVolume() {
    assertThat(make(volumeNamed("pvc-1"))).isEqualTo(make(volumeNamed("pvc-1")));
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aTargetThatIsAwayDoesNotKeepOthersFromTakingNewVolumes() {
    controller.host("san-a").switchOff();

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-b/");
  }

  @Test
  void whatOnlyAnAbsentTargetCouldHoldIsUnavailableAndNotRefused() {
    controller.host("san-a").switchOff();

    refused(
        Code.UNAVAILABLE,
        () -> make(volumeNamed("pvc-1").setCapacityRange(size(80 * GIB, 0))),
        "san-a");
    refused(
        Code.UNAVAILABLE, () -> make(volumeNamed("pvc-2").putParameters("pool", "slow")), "san-a");
    assertThat(records.all()).isEmpty();
  }

  @Test
  void capacityIsThatOfTheTargetsThatAnswer() {
    controller.host("san-a").switchOff();

    assertThat(
            controller
                .client()
                .getCapacity(GetCapacityRequest.getDefaultInstance())
                .getAvailableCapacity())
        .isEqualTo(60 * GIB);
  }

  @Test
  void aRetryAsksTheRecordedTargetAlone() {
    controller.agent("san-a").faults().loseAnswerOfNext("CreateVolume");
    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-a");
    controller.host("san-b").switchOff();

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aRecordedTargetThatIsAwayIsWaitedFor() {
    controller.agent("san-a").faults().loseAnswerOfNext("CreateVolume");
    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-a");
    controller.host("san-a").switchOff();

    refused(Code.UNAVAILABLE, () -> make(volumeNamed("pvc-1")), "san-a");

    controller.host("san-a").switchOn();
    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aVolumeThatWasRecordedAndNotMadeIsMadeThereThoughAnotherPoolHasMoreRoom() {
    records.put("pvc-1", "san-b", "fast", Optional.empty());

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-b/");
    assertThat(onlyRecord().serial()).isPresent();
  }

  @Test
  void aPoolThatCannotTakeItAnyMoreIsLeftForAnother() {
    records.put("pvc-1", "san-b", "fast", Optional.empty());
    controller
        .agent("san-b")
        .faults()
        .failNext("CreateVolume", Code.RESOURCE_EXHAUSTED, "the pool is full");

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(onlyRecord().target()).isEqualTo("san-a");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aPoolThatIsGoneIsLeftForAnother() {
    records.put("pvc-1", "san-b", "gone", Optional.empty());

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
    assertThat(onlyRecord().pool()).isEqualTo("fast");
  }

  @Test
  void whereNoPoolTakesItNoRecordStays() {
    records.put("pvc-1", "san-b", "fast", Optional.empty());

    refused(
        Code.OUT_OF_RANGE, () -> make(volumeNamed("pvc-1").setCapacityRange(size(500 * GIB, 0))));

    assertThat(records.all()).isEmpty();
    assertThat(stored()).isZero();
  }

  @Test
  void aFailureThatSaysNothingAboutTheVolumeKeepsTheRecord() {
    controller.agent("san-a").faults().failNext("CreateVolume", Code.INTERNAL, "lvcreate failed");

    refused(Code.INTERNAL, () -> make(volumeNamed("pvc-1")), "lvcreate failed");

    assertThat(onlyRecord().serial()).isEmpty();
    make(volumeNamed("pvc-1"));
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void aTargetThatWasTakenOutBeforeTheVolumeWasMadeIsLeftForAnother() {
    records.put("pvc-1", "san-x", "fast", Optional.empty());

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-a/");
  }

  @Test
  void aTargetThatWasTakenOutWithTheVolumeIsMissed() {
    records.put("pvc-1", "san-x", "fast", Optional.of("0".repeat(32)));

    refused(Code.FAILED_PRECONDITION, () -> make(volumeNamed("pvc-1")), "san-x", "add it again");
    assertThat(stored()).isZero();
  }

  @Test
  void aRequestThatExcludesTheRecordedPlaceMovesWhatWasNotMade() {
    records.put("pvc-1", "san-b", "fast", Optional.empty());

    assertThat(make(volumeNamed("pvc-1").putParameters("target", "san-a")).getVolumeId())
        .startsWith("san-a/");
    assertThat(onlyRecord().target()).isEqualTo("san-a");
  }

  @Test
  void aVolumeFromBeforeThereWereRecordsIsAdopted() {
    String serial = controller.agent("san-b").storage().put("pvc-1", "fast", 10 * GIB).getSerial();

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).isEqualTo("san-b/" + serial);
    assertThat(onlyRecord().serial()).contains(serial);
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void anOlderVolumeThatIsAnotherIsNotAdopted() {
    controller.agent("san-b").storage().put("pvc-1", "fast", GIB);

    refused(Code.ALREADY_EXISTS, () -> make(volumeNamed("pvc-1")), "pvc-1");
    assertThat(records.all()).isEmpty();
  }

  @Test
  void whoeverRecordsFirstDecides() {
    records.beforeNextWrite(() -> records.put("pvc-1", "san-b", "fast", Optional.empty()));

    assertThat(make(volumeNamed("pvc-1")).getVolumeId()).startsWith("san-b/");
    assertThat(stored()).isEqualTo(1);
  }

  @Test
  void anAgentAtWorkOnTheNameIsWaitedFor() {
    controller.agent("san-b").faults().failNext("GetVolume", Code.ABORTED, "it is being made");

    refused(Code.ABORTED, () -> make(volumeNamed("pvc-1")), "it is being made");
    assertThat(records.all()).isEmpty();
  }

  @Test
  void deletingRemovesVolumeAndRecord() {
    remove(make(volumeNamed("pvc-1")).getVolumeId());

    assertThat(stored()).isZero();
    assertThat(records.all()).isEmpty();
  }

  @Test
  void aRecordThatOutlivedItsVolumeIsRemoved() {
    String serial = "0123456789abcdef0123456789abcdef";
    records.put("pvc-1", "san-a", "fast", Optional.of(serial));

    remove("san-a/" + serial);

    assertThat(records.all()).isEmpty();
  }

  @Test
  void aRecordWithoutSerialIsFoundByTheVolumesName() {
    String serial = controller.agent("san-b").storage().put("pvc-1", "fast", 10 * GIB).getSerial();
    records.put("pvc-1", "san-b", "fast", Optional.empty());

    remove("san-b/" + serial);

    assertThat(records.all()).isEmpty();
  }

  @Test
  void whatCannotBeDeletedKeepsItsRecord() {
    String id = make(volumeNamed("pvc-1")).getVolumeId();
    controller.agent("san-a").faults().failNext("DeleteVolume", Code.FAILED_PRECONDITION, "in use");

    refused(Code.FAILED_PRECONDITION, () -> remove(id), "in use");

    assertThat(records.all()).hasSize(1);
  }
}
