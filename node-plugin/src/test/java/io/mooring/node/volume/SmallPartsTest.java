package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.runtime.store.Documents;
import io.mooring.runtime.time.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallPartsTest {
  @TempDir Path directory;

  @Test
  void backOffGrowsToItsLongestAndIsForgottenBySuccess() {
    ManualTicker ticker = new ManualTicker();
    BackOff<String> backOff =
        new BackOff<>(ticker, Duration.ofSeconds(5), Duration.ofSeconds(60), () -> 1.0);
    for (int pause : new int[] {5, 10, 20, 40, 60, 60}) {
      backOff.failed("portal");
      ticker.advance(Duration.ofSeconds(pause).minusMillis(1));
      assertThat(backOff.isDue("portal")).isFalse();
      ticker.advance(Duration.ofMillis(1));
      assertThat(backOff.isDue("portal")).isTrue();
    }
    backOff.failed("portal");
    backOff.succeeded("portal");
    assertThat(backOff.isDue("portal")).isTrue();
    backOff.failed("portal");
    backOff.retain(List.of("another"));
    assertThat(backOff.isDue("portal")).isTrue();
  }

  @Test
  void chanceMakesAPauseShorterAndNeverLonger() {
    ManualTicker ticker = new ManualTicker();
    BackOff<String> backOff =
        new BackOff<>(ticker, Duration.ofSeconds(10), Duration.ofSeconds(60), () -> 0.0);
    backOff.failed("portal");
    ticker.advance(Duration.ofSeconds(8).minusMillis(1));
    assertThat(backOff.isDue("portal")).isFalse();
    ticker.advance(Duration.ofMillis(1));
    assertThat(backOff.isDue("portal")).isTrue();
  }

  @Test
  void aDeadPortalIsRememberedForAWhile() {
    ManualTicker ticker = new ManualTicker();
    DeadPortals dead = new DeadPortals(ticker, Duration.ofSeconds(30));
    assertThat(dead.contains(A)).isFalse();
    dead.remember(A);
    ticker.advance(Duration.ofSeconds(29));
    assertThat(dead.contains(A)).isTrue();
    ticker.advance(Duration.ofSeconds(1));
    assertThat(dead.contains(A)).isFalse();
    dead.remember(A);
    dead.forget(A);
    assertThat(dead.contains(A)).isFalse();
  }

  @Test
  void aLogOutAndAnAttachExcludeEachOther() {
    TargetLocks locks = new TargetLocks();
    try (TargetLocks.Held _ = locks.share("iqn", NodeUnderTest.soon());
        TargetLocks.Held _ = locks.share("iqn", NodeUnderTest.soon())) {
      assertThat(locks.exclusive("iqn")).isEmpty();
      assertThat(locks.exclusive("another")).isPresent();
    }
    assertThat(locks.exclusive("iqn")).isPresent();
  }

  @Test
  void theBackgroundNeverWaitsForAVolume() throws InterruptedException {
    VolumeLocks locks = new VolumeLocks();
    try (VolumeLocks.Held held = locks.take(VOLUME, NodeUnderTest.soon())) {
      Thread other = Thread.ofPlatform().start(() -> assertThat(locks.tryTake(VOLUME)).isEmpty());
      other.join();
      assertThat(held.wanted()).isFalse();
    }
    locks.tryTake(VOLUME).orElseThrow().close();
  }

  private Documents<TrackedVolume> documents() {
    return new Documents<>(directory.resolve("volumes"), TrackedVolume.class);
  }

  private PortalOrders portals() {
    return new PortalOrders(new Documents<>(directory.resolve("portals"), PortalOrder.class));
  }

  private PodUses pods() {
    return new PodUses(new Documents<>(directory.resolve("pods"), PodUses.Use.class), "boot");
  }

  @Test
  void aTrackedVolumeSurvivesAndNamesNoDevice() throws IOException {
    try (NodeUnderTest node = new NodeUnderTest(directory)) {
      node.stage(EXT4);
      Tracking onDisk = new Tracking(documents(), portals(), pods());
      assertThat(onDisk.get(VOLUME).orElseThrow().access()).isEqualTo(EXT4);
      try (Stream<Path> files = Files.list(directory.resolve("volumes"))) {
        String text = Files.readString(files.findFirst().orElseThrow());
        assertThat(text).contains(VOLUME.wwid().value()).doesNotContain("sd", "dm-", "/dev");
      }
    }
  }

  @Test
  void aDamagedRecordIsAsIfItWereNotThere() throws IOException {
    try (NodeUnderTest node = new NodeUnderTest(directory)) {
      node.stage(EXT4);
      try (Stream<Path> files = Files.list(directory.resolve("volumes"))) {
        Files.writeString(files.findFirst().orElseThrow(), "{\"volumeId\": \"x\"");
      }
      node.restart();
      assertThat(node.tracking().all()).isEmpty();
      node.unstage();
      assertThat(node.clean()).isTrue();
    }
  }

  @Test
  void aRecordOfNonsenseIsDamaged() throws IOException {
    Files.createDirectories(directory.resolve("volumes"));
    Files.writeString(
        directory.resolve("volumes").resolve("a.json"),
        """
        {"volumeId": "nonsense", "wwid": "3", "targets": [], "sizeBytes": 1, "readOnly": false,
         "bootId": "b", "phase": "STAGED", "stagingPath": "/s", "fsType": "", "mountOptions": [],
         "formatted": false}
        """);
    assertThat(new Tracking(documents(), portals(), pods()).all()).isEmpty();
  }
}
