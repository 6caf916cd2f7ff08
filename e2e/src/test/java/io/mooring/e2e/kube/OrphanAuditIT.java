package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
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
  private static final String IN_SECONDS =
      "--set-json=controller.options={\"audit.interval\":\"3s\",\"audit.standing\":\"6s\",\"audit.quarantine\":\"20s\"}";

  private final KubeLab lab;
  private final MooringRelease release;

  OrphanAuditIT(KubeLab lab) {
    this.lab = lab;
    this.release = new MooringRelease(lab);
  }

  @Test
  void aForgottenVolumeIsShownAndGoesOnlyWithConsentAndWithoutARecord() {
    release.upgrade(IN_SECONDS);
    try (Space space = new Space(lab, "orphans")) {
      space.run(
          Claim.of("forgotten"), "worker1", "echo kept > /data/name && sync && exec sleep 100000");
      String volumeId = space.volumeId("forgotten");
      String record = forget(space);

      String finding =
          "mooringorphan/"
              + KubeLab.await(
                  "a finding about " + volumeId,
                  PATIENCE,
                  () -> finding(volumeId),
                  name -> !name.isEmpty());
      lab.progress().say("  " + lab.kubectl().check("get", finding, "--no-headers").strip());
      assertThat(field(finding, "{.spec.kind}")).isEqualTo("OrphanVolume");
      assertThat(field(finding, "{.status.removal}")).isEqualTo("OnConsent");

      lab.kubectl().check("annotate", finding, "mooring.io/remove=true");
      KubeLab.await(
          "it is kept as long as it is recorded",
          PATIENCE,
          () -> field(finding, "{.status.removal} {.status.message}"),
          status -> status.startsWith("Refused") && status.contains("MooringVolume " + record));
      assertThat(isOnTheHost(volumeId)).isTrue();

      lab.kubectl().check("delete", "mooringvolume", record);
      KubeLab.await(
          "the finding is over",
          PATIENCE,
          () -> lab.kubectl().check("get", finding, "--ignore-not-found", "-o=name"),
          String::isEmpty);
      assertThat(isOnTheHost(volumeId)).isFalse();
    } finally {
      release.upgrade();
    }
  }

  /** Leaves the volume to nobody; returns the name of its record. */
  private String forget(Space space) {
    String name =
        space.kubectl("get", "pvc", "forgotten", "-o=jsonpath={.spec.volumeName}").strip();
    lab.kubectl()
        .check(
            "patch",
            "pv",
            name,
            "--type=merge",
            "-p={\"spec\":{\"persistentVolumeReclaimPolicy\":\"Retain\"}}");
    space.deletePod("forgotten");
    space.kubectl("delete", "pvc", "forgotten", "--timeout=180s");
    lab.kubectl().check("delete", "pv", name, "--timeout=180s");
    return name;
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

  private boolean isOnTheHost(String volumeId) {
    String serial = volumeId.substring(volumeId.indexOf('/') + 1);
    return lab.agent()
        .vm()
        .shell()
        .run("lvs mooring/mooring-%1$s || test -e /srv/pool/mooring/%1$s.img".formatted(serial))
        .succeeded();
  }
}
