package io.mooring.controller.csi;

import static io.mooring.controller.testing.Refusals.refused;
import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.delete;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.mooring.controller.testing.TestController;
import io.mooring.csi.v1.ControllerGetVolumeRequest;
import io.mooring.csi.v1.ControllerGetVolumeResponse;
import io.mooring.csi.v1.ListVolumesRequest;
import io.mooring.csi.v1.ListVolumesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListVolumesTest {
  private final TestController controller = TestController.withTwoHosts();

  @AfterEach
  void close() {
    controller.close();
  }

  private ListVolumesResponse list(int most, String token) {
    return controller
        .client()
        .listVolumes(
            ListVolumesRequest.newBuilder().setMaxEntries(most).setStartingToken(token).build());
  }

  private static List<String> ids(ListVolumesResponse page) {
    return page.getEntriesList().stream().map(entry -> entry.getVolume().getVolumeId()).toList();
  }

  private List<String> put(String host, int count) {
    return Stream.generate(() -> controller.agent(host).storage().put("v", "fast", GIB))
        .limit(count)
        .map(volume -> host + "/" + volume.getSerial())
        .sorted()
        .toList();
  }

  private List<String> pages(int most) {
    List<String> all = new ArrayList<>();
    String token = "";
    do {
      ListVolumesResponse page = list(most, token);
      assertThat(page.getEntriesCount()).isBetween(1, most);
      all.addAll(ids(page));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return all;
  }

  @Test
  void anEmptyClusterHasAnEmptyList() {
    assertThat(list(0, "")).isEqualTo(ListVolumesResponse.getDefaultInstance());
    assertThat(list(5, "")).isEqualTo(ListVolumesResponse.getDefaultInstance());
  }

  @Test
  void allTargetsAreListedInOneOrder() {
    List<String> expected = new ArrayList<>(put("san-a", 3));
    expected.addAll(put("san-b", 2));

    assertThat(ids(list(0, ""))).isEqualTo(expected);
    assertThat(list(0, "").getNextToken()).isEmpty();
    assertThat(list(5, "").getNextToken()).isEmpty();
    assertThat(ids(list(Integer.MAX_VALUE, ""))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 100})
  void pagesOfAnySizeGiveTheWholeListOnce(int most) {
    List<String> expected = new ArrayList<>(put("san-a", 4));
    expected.addAll(put("san-b", 3));

    assertThat(pages(most)).isEqualTo(expected);
  }

  @Test
  void moreVolumesThanAnAgentGivesAtOnceAreAllListed() {
    List<String> expected = put("san-a", 1203);

    assertThat(ids(list(0, ""))).isEqualTo(expected);
    assertThat(pages(600)).isEqualTo(expected);
  }

  @Test
  void aTokenOutlivesItsVolume() {
    List<String> all = put("san-a", 4);
    String token = list(2, "").getNextToken();
    var _ = controller.client().deleteVolume(delete(all.get(1)));

    assertThat(ids(list(0, token))).isEqualTo(all.subList(2, 4));
  }

  @Test
  void aTokenOutlivesItsTarget() {
    put("san-a", 2);
    List<String> onB = put("san-b", 2);
    String token = list(1, "").getNextToken();
    controller.targets().remove("san-a");

    assertThat(ids(list(0, token))).isEqualTo(onB);
  }

  @Test
  void aStrangeTokenIsAborted() {
    refused(Code.ABORTED, () -> list(0, "invalid-token"), "invalid-token");
  }

  @Test
  void aNegativeNumberOfEntriesIsAnInvalidArgument() {
    refused(Code.INVALID_ARGUMENT, () -> list(-1, ""), "max_entries");
  }

  @Test
  void aTargetThatIsAwayMakesNoShortList() {
    put("san-a", 2);
    put("san-b", 2);
    controller.host("san-b").switchOff();

    refused(Code.UNAVAILABLE, () -> list(0, ""), "san-b");
    refused(Code.UNAVAILABLE, () -> list(1, ""), "san-b");
  }

  @Test
  void theNodesThatHaveAVolumeAreNamed() {
    String volume = put("san-a", 1).getFirst();
    put("san-b", 1);
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());

    ListVolumesResponse list = list(0, "");

    assertThat(list.getEntries(0).getStatus().getPublishedNodeIdsList()).containsExactly(NODE_1);
    assertThat(list.getEntries(0).getVolume().getVolumeContextMap())
        .containsEntry("pool", "fast")
        .containsEntry("target", "san-a");
    assertThat(list.getEntries(1).hasStatus()).isTrue();
    assertThat(list.getEntries(1).getStatus().getPublishedNodeIdsList()).isEmpty();
  }

  @Test
  void oneVolumeCanBeLookedAt() {
    String volume = put("san-b", 1).getFirst();
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());

    ControllerGetVolumeResponse seen = get(volume);

    assertThat(seen.getVolume().getVolumeId()).isEqualTo(volume);
    assertThat(seen.getVolume().getCapacityBytes()).isEqualTo(GIB);
    assertThat(seen.getStatus().getPublishedNodeIdsList()).containsExactly(NODE_1);
  }

  @Test
  void aVolumeThatIsNotThereCannotBeLookedAt() {
    refused(Code.INVALID_ARGUMENT, () -> get(""), "volume_id");
    refused(Code.NOT_FOUND, () -> get("fake-vol-id"), "fake-vol-id");
    refused(Code.NOT_FOUND, () -> get("san-a/0123456789abcdef0123456789abcdef"));
    controller.host("san-a").switchOff();
    refused(Code.UNAVAILABLE, () -> get("san-a/0123456789abcdef0123456789abcdef"), "san-a");
  }

  private ControllerGetVolumeResponse get(String volumeId) {
    return controller
        .client()
        .controllerGetVolume(ControllerGetVolumeRequest.newBuilder().setVolumeId(volumeId).build());
  }
}
