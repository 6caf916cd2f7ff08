package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.Placed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LimitsWatchTest {
  private static final String SERIAL = "ab".repeat(16);

  private final ApiServer api = new ApiServer();
  private final KubeRecords records = new KubeRecords(api.client());
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final LimitsWatch watch =
      new LimitsWatch(
          api.client(),
          (volume, limits) -> heard.add(volume.target() + " " + limits.readIops()),
          Duration.ofMillis(100),
          Duration.ofMillis(300));

  @AfterEach
  void close() {
    watch.close();
    api.close();
  }

  private void record(VolumeLimits limits) {
    Placed placed =
        records.find("pvc-1").or(() -> records.record("pvc-1", "san-a", "fast", 8)).orElseThrow();
    StoredVolume volume =
        new StoredVolume(SERIAL, "pvc-1", "fast", 8, "wwid", List.of(), Optional.empty(), limits);
    assertThat(records.created(placed, volume)).isTrue();
  }

  @Test
  void whatAnyReplicaRecordsIsHeard() {
    record(VolumeLimits.NONE);
    watch.following();
    await().until(() -> api.requests().stream().anyMatch(request -> request.startsWith("WATCH")));

    record(new VolumeLimits(10, 0, 0, 0, 1));
    record(new VolumeLimits(20, 0, 0, 0, 2));

    await().until(() -> heard.contains("san-a 20"));
    assertThat(heard.indexOf("san-a 10")).isLessThan(heard.indexOf("san-a 20"));
  }

  @Test
  void whatIsRecordedIsHeardAgainSinceAConnectionCanBeDeadInSilence() {
    record(new VolumeLimits(10, 0, 0, 0, 1));
    watch.following();

    await().until(() -> heard.stream().filter("san-a 10"::equals).count() > 2);
  }
}
