package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A class whose volumes are encrypted with the key of each namespace. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class EncryptedClaimIT {
  private static final String ENCRYPTED =
      """
      apiVersion: storage.k8s.io/v1
      kind: StorageClass
      metadata: {name: encrypted}
      provisioner: csi.mooring.io
      volumeBindingMode: WaitForFirstConsumer
      parameters:
        encryption: luks2
        csi.storage.k8s.io/node-stage-secret-name: volume-key
        csi.storage.k8s.io/node-stage-secret-namespace: ${pvc.namespace}
      """;

  private static final String OF_PODS =
      """

        csi.storage.k8s.io/node-publish-secret-name: volume-key
        csi.storage.k8s.io/node-publish-secret-namespace: ${pvc.namespace}
      """;

  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String IDLE = "exec sleep 100000";

  private final KubeLab lab;

  EncryptedClaimIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void aClaimOfAnEncryptedClassTakesItsKeyFromTheNamespacesSecret() {
    lab.kubectl().apply(ENCRYPTED);
    try (Space space = new Space(lab, "encrypted")) {
      space.kubectl("create", "secret", "generic", "volume-key", "--from-literal=passphrase=word");
      Claim claim = Claim.of("secret").withClass("encrypted");
      space.run(claim, "worker1", IDLE);
      space.exec("secret", "echo kept > /data/word; sync");
      assertThat(space.exec("secret", "grep ' /data ' /proc/mounts"))
          .startsWith("/dev/mapper/mooring-crypt-");

      space.deletePod("secret");
      space.apply(Manifests.pod(claim, "worker2", IDLE));
      space.awaitReady("secret");
      assertThat(space.exec("secret", "cat /data/word")).isEqualTo("kept");
    } finally {
      lab.kubectl().check("delete", "storageclass", "encrypted");
    }
  }

  @Test
  void aSecondPodOnTheNodeBringsTheNewPassphraseToTheVolumeInUse() {
    lab.kubectl().apply(ENCRYPTED.stripTrailing() + OF_PODS);
    try (Space space = new Space(lab, "rotated")) {
      space.apply(secret("passphrase: first"));
      Claim claim = Claim.of("used").withClass("encrypted");
      space.run(claim, "worker1", PodWriter.SCRIPT);
      PodWriter writer = new PodWriter(space, "used");
      writer.awaitLines(3, SOON);

      space.apply(secret("passphrase: second, previousPassphrase: first"));
      space.apply(Manifests.pod("beside", claim, "worker1", IDLE));
      space.awaitReady("beside");

      assertThat(opens(space, "second")).isTrue();
      assertThat(opens(space, "first")).isFalse();
      writer.awaitLines(3, SOON);
      assertThat(writer.unharmed()).isTrue();
      writer.longestGap();
    } finally {
      lab.kubectl().check("delete", "storageclass", "encrypted");
    }
  }

  private static String secret(String data) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: {name: volume-key}
    stringData: {%s}
    """
        .formatted(data);
  }

  /** Asked of the header on the first node. */
  private boolean opens(Space space, String passphrase) {
    String serial = space.serial("used");
    return lab.node(1)
        .vm()
        .shell()
        .run(
            "printf '%s' "
                + passphrase
                + " | cryptsetup open --test-passphrase --key-file=- /dev/mapper/36001405"
                + serial.substring(0, 25))
        .succeeded();
  }
}
