package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.Placed;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KubeRecordsTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "1".repeat(32);

  private final ApiServer api = new ApiServer();
  private final KubeRecords records = new KubeRecords(api.client());

  @AfterEach
  void close() {
    api.close();
  }

  private Placed recorded(String name) {
    return records.record(name, "san-a", "fast", 5).orElseThrow();
  }

  private static StoredVolume volume(String name, String serial) {
    return new StoredVolume(
        serial,
        name,
        "fast",
        8,
        "36001405" + serial.substring(0, 25),
        List.of(),
        Optional.empty(),
        VolumeLimits.NONE);
  }

  private MooringVolumeObject only() {
    assertThat(api.volumes()).hasSize(1);
    return api.volumes().getFirst();
  }

  private static VolumeId id(String serial) {
    return new VolumeId("san-a", serial);
  }

  @Test
  void aRecordIsWrittenOnceAndFound() {
    Placed placed = recorded("pvc-1");

    assertThat(records.find("pvc-1")).contains(placed);
    assertThat(placed.target()).isEqualTo("san-a");
    assertThat(placed.serial()).isEmpty();
    assertThat(records.record("pvc-1", "san-b", "slow", 5)).isEmpty();
    assertThat(only().getSpec()).isEqualTo(new VolumeSpec("pvc-1", "san-a", "fast", 5));
    assertThat(records.find("pvc-2")).isEmpty();
  }

  @Test
  void aNameThatKubernetesDoesNotTakeIsHashed() {
    recorded("My Volume");

    assertThat(only().name()).matches("v-[0-9a-f]{40}");
    assertThat(records.find("My Volume")).isPresent();
    assertThat(RecordName.of("pvc-1.x")).isEqualTo("pvc-1.x");
    assertThat(RecordName.of("-a")).startsWith("v-");
    assertThat(RecordName.of("a..b")).startsWith("v-");
  }

  @Test
  void aRecordUnderTheNameOfAnotherVolumeIsRefused() {
    recorded("My Volume");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> records.find(RecordName.of("My Volume")))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .withMessageContaining("My Volume");
  }

  @Test
  void aRecordIsCompleted() {
    assertThat(records.created(recorded("pvc-1"), volume("pvc-1", SERIAL))).isTrue();

    assertThat(only().labelledSerial()).contains(SERIAL);
    assertThat(only().getStatus())
        .isEqualTo(
            new VolumeStatus(
                "san-a/" + SERIAL,
                SERIAL,
                8L,
                "36001405" + SERIAL.substring(0, 25),
                VolumeStatus.CREATED,
                null));
    assertThat(records.find("pvc-1").orElseThrow().serial()).contains(SERIAL);
  }

  @Test
  void completingAgainChangesNothing() {
    records.created(recorded("pvc-1"), volume("pvc-1", SERIAL));
    String version = only().version();

    assertThat(records.created(records.find("pvc-1").orElseThrow(), volume("pvc-1", SERIAL)))
        .isTrue();

    assertThat(only().version()).isEqualTo(version);
  }

  @Test
  void whatWasLabelledAndNotCompletedIsCompleted() {
    recorded("pvc-1");
    MooringVolumeObject object = only();
    object.getMetadata().setLabels(Map.of(MooringVolumeObject.SERIAL_LABEL, SERIAL));
    api.client().resource(object).update();

    assertThat(records.created(records.find("pvc-1").orElseThrow(), volume("pvc-1", SERIAL)))
        .isTrue();

    assertThat(only().serial()).contains(SERIAL);
  }

  @Test
  void aStaleRecordIsNeitherCompletedNorMovedNorWithdrawn() {
    Placed stale = recorded("pvc-1");
    Placed fresh = records.replace(stale, "san-b", "slow", 6).orElseThrow();

    assertThat(records.created(stale, volume("pvc-1", SERIAL))).isFalse();
    assertThat(records.replace(stale, "san-c", "x", 6)).isEmpty();
    records.withdraw(stale);

    assertThat(records.find("pvc-1")).contains(fresh);
    assertThat(only().getSpec()).isEqualTo(new VolumeSpec("pvc-1", "san-b", "slow", 6));
  }

  @Test
  void aRecordThatMovesForgetsTheVolumeThatIsGone() {
    records.created(recorded("pvc-1"), volume("pvc-1", SERIAL));

    records.replace(records.find("pvc-1").orElseThrow(), "san-b", "slow", 6);

    assertThat(only().labelledSerial()).isEmpty();
    assertThat(only().serial()).isEmpty();
    assertThat(only().getStatus().phase()).isEqualTo(VolumeStatus.CREATING);
  }

  @Test
  void labelsOfOthersStay() {
    recorded("pvc-1");
    MooringVolumeObject object = only();
    object.getMetadata().setLabels(Map.of("team", "blue"));
    api.client().resource(object).update();

    records.created(records.find("pvc-1").orElseThrow(), volume("pvc-1", SERIAL));

    assertThat(only().getMetadata().getLabels()).containsEntry("team", "blue");
  }

  @Test
  void aRecordIsWithdrawn() {
    records.withdraw(recorded("pvc-1"));

    assertThat(api.volumes()).isEmpty();
  }

  @Test
  void aDeletedVolumeIsForgottenByItsSerial() {
    records.created(recorded("pvc-1"), volume("pvc-1", SERIAL));
    records.created(recorded("pvc-2"), volume("pvc-2", OTHER));

    records.forget(id(SERIAL), Optional.empty());
    records.forget(id(SERIAL), Optional.empty());

    assertThat(only().name()).isEqualTo("pvc-2");
  }

  @Test
  void aRecordWithoutLabelIsForgottenByItsName() {
    recorded("pvc-1");

    records.forget(id(SERIAL), Optional.of("pvc-1"));

    assertThat(api.volumes()).isEmpty();
  }

  @Test
  void theRecordOfAnotherVolumeOfThatNameStays() {
    records.created(recorded("pvc-1"), volume("pvc-1", OTHER));

    records.forget(id(SERIAL), Optional.of("pvc-1"));
    records.forget(new VolumeId("san-b", OTHER), Optional.of("pvc-1"));

    assertThat(api.volumes()).hasSize(1);
  }

  @Test
  void whileTheApiServerIsSilentNothingIsSaid() {
    try (KubernetesClient nobody = ApiServer.clientOfNobody()) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> new KubeRecords(nobody).find("pvc-1"))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .withMessageContaining("pvc-1")
          .withMessageContaining("API server does not answer");
    }
  }

  @Test
  void onlyTheRightsThatAreDocumentedAreNeeded() {
    api.requests();
    records.created(recorded("pvc-1"), volume("pvc-1", SERIAL));
    records.replace(records.find("pvc-1").orElseThrow(), "san-b", "slow", 6);
    records.forget(new VolumeId("san-b", SERIAL), Optional.of("pvc-1"));

    String path = "/apis/mooring.io/v1alpha1/mooringvolumes";
    assertThat(api.requests())
        .containsExactlyInAnyOrder(
            "POST " + path,
            "GET " + path,
            "GET " + path + "/pvc-1",
            "PUT " + path + "/pvc-1",
            "PUT " + path + "/pvc-1/status",
            "DELETE " + path + "/pvc-1");
  }
}
