package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A volume that Kubernetes has forgotten: shown, kept, and removed when an administrator says so.
 */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class OrphanAuditIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** Longer than findings need to show and to be consented to. */
  private static final Duration QUARANTINE = Duration.ofSeconds(60);

  private static final String IN_SECONDS =
      "--set-json=controller.options={\"audit.interval\":\"3s\",\"audit.standing\":\"6s\",\"audit.quarantine\":\"%ds\"}"
          .formatted(QUARANTINE.toSeconds());

  private final KubeLab lab;
  private final MooringRelease release;

  OrphanAuditIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void aForgottenVolumeIsShownAndGoesOnlyWithConsentAfterTheQuarantineAndWithoutARecord() {
    release.upgrade(IN_SECONDS);
    try (Space space = new Space(lab, "orphans")) {
      Forgotten recorded = release(space, "recorded");
      Forgotten free = release(space, "free");
      long start = System.nanoTime();
      lab.kubectl().check("delete", "pv", recorded.record(), free.record(), "--timeout=180s");
      String kept = awaitFinding(recorded);
      String going = awaitFinding(free);
      lab.kubectl().check("delete", "mooringvolume", free.record());

      lab.kubectl().check("annotate", kept, going, "mooring.io/remove=true");
      for (String finding : List.of(kept, going)) {
        KubeLab.await(
            finding + " waits",
            PATIENCE,
            () -> field(finding, "{.status.removal} {.status.message}"),
            status -> status.startsWith("Quarantine ") && status.contains("it is removed after"));
      }
      assertThat(isOnTheHost(recorded)).isTrue();
      assertThat(isOnTheHost(free)).isTrue();

      awaitEnd(going);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(QUARANTINE);
      assertThat(isOnTheHost(free)).isFalse();

      KubeLab.await(
          "it is kept as long as it is recorded",
          PATIENCE,
          () -> field(kept, "{.status.removal} {.status.message}"),
          status ->
              status.startsWith("Refused")
                  && status.contains("MooringVolume " + recorded.record()));
      assertThat(isOnTheHost(recorded)).isTrue();
      lab.kubectl().check("delete", "mooringvolume", recorded.record());
      awaitEnd(kept);
      assertThat(isOnTheHost(recorded)).isFalse();
    } finally {
      release.upgrade();
    }
  }

  /**
   * A volume that Kubernetes is to forget.
   *
   * @param record the name of its MooringVolume, and of its PersistentVolume as long as it has one
   */
  private record Forgotten(String volumeId, String record) {}

  /** Makes a volume to which nothing but its PersistentVolume leads in the end. */
  private Forgotten release(Space space, String claim) {
    space.run(Claim.of(claim), "worker1", "echo kept > /data/name && sync && exec sleep 100000");
    String volumeId = space.volumeId(claim);
    String name = space.kubectl("get", "pvc", claim, "-o=jsonpath={.spec.volumeName}").strip();
    lab.kubectl()
        .check(
            "patch",
            "pv",
            name,
            "--type=merge",
            "-p={\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}");
    space.deletePod(claim);
    space.kubectl("delete", "pvc", claim, "--timeout=180s");
    return new Forgotten(volumeId, name);
  }

  private String awaitFinding(Forgotten volume) {
    String finding =
        "mooringorphan/"
            + KubeLab.await(
                "a finding about " + volume,
                PATIENCE,
                () -> finding(volume.volumeId()),
                name -> !name.isEmpty());
    lab.progress().say("  " + lab.kubectl().check("get", finding, "--no-headers").strip());
    assertThat(field(finding, "{.spec.kind}")).isEqualTo("OrphanVolume");
    KubeLab.await(
        finding + " has a status",
        PATIENCE,
        () -> field(finding, "{.status.removal}"),
        "OnConsent"::equals);
    return finding;
  }

  private void awaitEnd(String finding) {
    KubeLab.await(
        finding + " is over",
        PATIENCE,
        () -> lab.kubectl().check("get", finding, "--ignore-not-found", "-o=name"),
        String::isEmpty);
  }

  private String finding(String volumeId) {
    return lab.kubectl()
        .check(
            "get",
            "mooringorphans",
            "-o=jsonpath={.items[?(@.spec.object==\"%s\")].metadata.name}".formatted(volumeId))
        .strip();
  }

  private String field(String object, String path) {
    return lab.kubectl().check("get", object, "-o=jsonpath=" + path);
  }

  private boolean isOnTheHost(Forgotten volume) {
    String serial = Attachment.serialOf(volume.volumeId());
    return lab.agent()
        .vm()
        .shell()
        .run("lvs mooring/mooring-%1$s || test -e /srv/pool/mooring/%1$s.img".formatted(serial))
        .succeeded();
  }
}
