package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.controller.audit.ClusterBeliefs;
import io.mooring.controller.audit.HostBeliefs;
import io.mooring.controller.audit.Orphan;
import io.mooring.controller.audit.Times;
import io.mooring.controller.audit.View;
import io.mooring.controller.target.StoredVolume;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.runtime.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OrphanLoopTest {
  private static final String SERIAL = "ab".repeat(16);
  private static final String VOLUME = "san-a/" + SERIAL;
  private static final String FOUND = "OrphanVolume san-a/ab OnConsent";
  private static final Times TIMES =
      new Times(Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofHours(24));

  private final ApiServer api = new ApiServer();
  private final Map<String, HostBeliefs> hosts = new HashMap<>();
  private final Map<NodeId, Set<VolumeId>> nodes = new HashMap<>();
  private final List<String> removed = new ArrayList<>();
  private Runnable beforeLook = () -> {};
  private Optional<Failure> refusal = Optional.empty();
  private boolean leads = true;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private OrphanLoop loop = replica();

  private OrphanLoop replica() {
    return new OrphanLoop(
        () -> {
          beforeLook.run();
          ClusterBeliefs cluster = new ClusterLook(api.client()).now();
          return new View(cluster, hosts, nodes);
        },
        new OrphanReport(api.client()),
        this::remove,
        () -> leads,
        TIMES,
        () -> now);
  }

  private void remove(Orphan orphan) {
    refusal.ifPresent(failure -> {
      throw failure;
    });
    removed.add(orphan.key().strip());
    host();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  /** The host answers with these volumes. */
  private void host(String... serials) {
    hosts.put(
        "san-a",
        new HostBeliefs(
            List.of(serials).stream()
                .map(serial ->
                    new StoredVolume(
                        serial,
                        "made-by-hand",
                        "fast",
                        8,
                        "w",
                        List.of(),
                        Optional.empty(),
                        VolumeLimits.NONE))
                .toList(),
            List.of()));
  }

  private void pass(Duration later) {
    now = now.plus(later);
    loop.pass();
  }

  private void standing() {
    host(SERIAL);
    loop.pass();
    pass(TIMES.standing());
  }

  @Test
  void whatStandsIsShownAndWhatPassesIsNot() {
    host(SERIAL);
    loop.pass();
    pass(Duration.ofMinutes(9));
    assertThat(api.orphans()).isEmpty();
    host();
    loop.pass();
    host(SERIAL);
    pass(Duration.ofMinutes(9));
    assertThat(api.orphans()).as("it begins anew").isEmpty();

    pass(TIMES.standing());

    assertThat(api.orphans()).containsExactly(FOUND);
    assertThat(api.orphanMessage()).contains("no PersistentVolume names it");
    loop.pass();
    assertThat(api.orphans()).containsExactly(FOUND);
  }

  @Test
  void oneLookIsNotEnough() {
    host(SERIAL);
    pass(Duration.ofDays(1));
    assertThat(api.orphans()).isEmpty();
  }

  @Test
  void whatIsOverIsTakenAwayButNotWhatIsUnknown() {
    standing();
    hosts.clear();
    loop.pass();
    assertThat(api.orphans()).as("its host does not answer").containsExactly(FOUND);
    host(SERIAL);
    api.addPersistentVolume("imported", VOLUME);
    loop.pass();
    assertThat(api.orphans()).isEmpty();
  }

  @Test
  void nothingIsRemovedWithoutConsent() {
    standing();
    pass(Duration.ofDays(30));
    api.consent(false);
    loop.pass();
    assertThat(removed).isEmpty();
    assertThat(api.orphans()).containsExactly(FOUND);
  }

  @Test
  void withConsentItGoesAfterTheQuarantine() {
    standing();
    api.consent(true);
    loop.pass();
    assertThat(removed).isEmpty();
    assertThat(api.orphans()).containsExactly("OrphanVolume san-a/ab Quarantine");
    assertThat(api.orphanMessage()).contains("it is removed after 2026-01-02T00:00:00Z");

    loop = replica();
    pass(TIMES.quarantine());

    assertThat(removed).containsExactly("OrphanVolume " + VOLUME);
    assertThat(api.orphans()).isEmpty();
  }

  @Test
  void whatSomebodyCameToKnowImmediatelyBeforeStays() {
    standing();
    api.consent(true);
    int[] looks = {0};
    beforeLook =
        () -> {
          if (++looks[0] == 2) {
            api.addPersistentVolume("imported", VOLUME);
          }
        };
    pass(TIMES.quarantine());

    assertThat(removed).isEmpty();
    assertThat(api.orphans()).containsExactly("OrphanVolume san-a/ab Refused");
    loop.pass();
    assertThat(api.orphans()).isEmpty();
  }

  @Test
  void consentThatIsWithdrawnImmediatelyBeforeCounts() {
    standing();
    api.consent(true);
    int[] looks = {0};
    beforeLook =
        () -> {
          if (++looks[0] == 2) {
            api.consent(false);
          }
        };
    pass(TIMES.quarantine());

    assertThat(removed).isEmpty();
  }

  @Test
  void whatIsRecordedIsKeptWhateverIsWanted() {
    var _ = new KubeRecords(api.client()).record("made-by-hand", "san-a", "fast", 8).orElseThrow();
    standing();
    api.consent(true);
    pass(TIMES.quarantine());

    assertThat(removed).isEmpty();
    assertThat(api.orphans()).containsExactly("OrphanVolume san-a/ab Refused");
    assertThat(api.orphanMessage()).contains("MooringVolume made-by-hand records it");
  }

  @Test
  void aRefusalIsShownAndTriedAgain() {
    standing();
    api.consent(true);
    refusal = Optional.of(Failure.failedPrecondition("volume x is published"));
    pass(TIMES.quarantine());
    assertThat(api.orphanMessage()).contains("volume x is published");

    refusal = Optional.empty();
    loop.pass();
    assertThat(removed).hasSize(1);
  }

  @Test
  void onlyTheLeaderLooks() {
    leads = false;
    standing();
    assertThat(api.orphans()).isEmpty();
    leads = true;
    pass(TIMES.standing());
    assertThat(api.orphans()).as("this replica has not seen it before").isEmpty();
  }

  @Test
  void anAttachedVolumeIsFoundByThePersistentVolumeOfItsAttachment() {
    api.addPersistentVolume("pv-1", VOLUME);
    api.addVolumeAttachment("csi-1", "pv-1", "worker1", true);
    standing();
    assertThat(api.orphans()).containsExactly("LostPublication san-a/ab Never");
  }

  @Test
  void itAsksForNothingButWhatTheRoleAllows() {
    standing();
    api.consent(true);
    api.requests();
    pass(TIMES.quarantine());
    standing();
    String orphans = "/apis/mooring.io/v1alpha1/mooringorphans";
    String name =
        OrphanReport.name(
            new Orphan(Orphan.Kind.ORPHAN_VOLUME, VOLUME, "san-a", Optional.empty(), ""));

    assertThat(api.requests())
        .containsExactlyInAnyOrder(
            "DELETE " + orphans + "/" + name,
            "GET " + orphans,
            "POST " + orphans,
            "PUT " + orphans + "/" + name + "/status",
            "GET /api/v1/persistentvolumes",
            "GET /apis/mooring.io/v1alpha1/mooringvolumes",
            "GET /apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents",
            "GET /apis/storage.k8s.io/v1/volumeattachments");
  }
}
