package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.csi.v1.VolumeContentSource;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the nodes encrypt, and the storage host sees of it. */
@ExtendWith(MooringExtension.class)
class EncryptionIT {
  private static final long LARGER = 2 * VolumeSpec.STANDARD_BYTES;

  private final Mooring mooring;
  private final ControllerClient controller;
  private final NodeHost node;
  private final Encrypted encrypted;

  EncryptionIT(Mooring mooring) {
    this.mooring = mooring;
    this.controller = mooring.controller();
    this.node = mooring.node1();
    this.encrypted = new Encrypted(mooring, node);
  }

  @Tag("lab")
  @Test
  void theStorageHostNeverHoldsWhatAPodWrites() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("plain", AgentHost.THIN, VolumeKind.EXT4);
    Attachment plain = mooring.provision(spec, node);
    Attachment secret = attach(VolumeSpec.of("secret", AgentHost.THIN, VolumeKind.EXT4));

    writePattern(plain);
    writePattern(secret);

    assertThat(storageHostHolds(plain)).as("the search finds what is there").isTrue();
    assertThat(storageHostHolds(secret)).isFalse();
    mooring.remove(plain, node);
    mooring.remove(secret, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private void writePattern(Attachment attachment) {
    node.vm()
        .shell()
        .check(
            "yes MOORING-KNOWN-PATTERN | head -c 4M > %s/pattern && sync"
                .formatted(attachment.targetPath()));
  }

  private boolean storageHostHolds(Attachment attachment) {
    String serial = attachment.volume().getVolumeId().replaceFirst(".*/", "");
    return mooring
        .agent()
        .vm()
        .shell()
        .run("grep -q -a MOORING-KNOWN-PATTERN /dev/mooring/mooring-" + serial)
        .succeeded();
  }

  @Tag("long")
  @Test
  void anEncryptedVolumeGrowsIsCopiedAndChangesItsPassphrase() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("keys", AgentHost.THIN, VolumeKind.XFS);
    Attachment origin = attach(spec);
    Content then = Content.write(node.vm(), origin);
    Snapshot snapshot = controller.snapshot("keys", origin.volume().getVolumeId());

    controller.expand(origin.volume().getVolumeId(), LARGER);
    assertThat(node.client().expand(origin, LARGER)).isEqualTo(LARGER);
    assertThat(Usage.total(node, origin)).isGreaterThan(LARGER * 85 / 100);
    Content now = Content.write(node.vm(), origin);
    mooring.detach(origin, node);

    assertThat(
            Content.read(
                node.vm(), encrypted.attach(origin.volume(), spec.kind(), Encrypted.REPLACED)))
        .isEqualTo(now);
    mooring.detach(origin, node);
    Attachment published = mooring.publish(origin.volume(), spec.kind(), node);
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> encrypted.stage(published, Encrypted.OLD))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION))
        .withMessageContaining("passphrase");
    assertThat(
            Content.read(node.vm(), encrypted.attach(origin.volume(), spec.kind(), Encrypted.NEW)))
        .isEqualTo(now);

    Volume copied =
        encrypted.create(
            Encrypted.request(new VolumeSpec("keys-copy", AgentHost.THIN, spec.kind(), LARGER))
                .setVolumeContentSource(
                    VolumeContentSource.newBuilder()
                        .setSnapshot(
                            VolumeContentSource.SnapshotSource.newBuilder()
                                .setSnapshotId(snapshot.getSnapshotId()))));
    Attachment copy = encrypted.attach(copied, spec.kind(), Encrypted.OLD);
    assertThat(Content.read(node.vm(), copy)).as("beside its origin").isEqualTo(then);
    assertThat(Usage.total(node, copy)).isGreaterThan(LARGER * 85 / 100);

    mooring.remove(origin, node);
    mooring.remove(copy, node);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void aRawDeviceIsTheDecryptedOneAndGrows() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("raw", AgentHost.FILE, VolumeKind.BLOCK);
    Attachment raw = attach(spec);
    Content content = Content.write(node.vm(), raw);
    long size = Usage.total(node, raw);

    controller.expand(raw.volume().getVolumeId(), LARGER);
    node.client().expand(raw, LARGER);

    assertThat(Usage.total(node, raw) - size).isEqualTo(LARGER - spec.sizeBytes());
    assertThat(Content.read(node.vm(), raw)).isEqualTo(content);
    mooring.remove(raw, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private Attachment attach(VolumeSpec spec) {
    return encrypted.attach(encrypted.create(Encrypted.request(spec)), spec.kind(), Encrypted.OLD);
  }
}
