package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.kube.Manifests.Claim;
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
}
