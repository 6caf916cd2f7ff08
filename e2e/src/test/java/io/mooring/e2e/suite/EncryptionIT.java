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
import io.mooring.e2e.lab.guest.GuestResult;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the nodes encrypt, and the storage host sees of it. */
@ExtendWith(MooringExtension.class)
class EncryptionIT {
  private static final long LARGER = 2 * VolumeSpec.STANDARD_BYTES;

  /** What grep ends with when it could read everything. */
  private static final int FOUND = 0;

  private static final int NOT_FOUND = 1;

  private static final Duration UNDER_LOAD = Duration.ofSeconds(60);

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
    return holdsPattern("device=/dev/mooring/mooring-" + attachment.serial());
  }

  private boolean storageHostHolds(Snapshot snapshot) {
    String name = "mooring-snap-" + snapshot.getSnapshotId().replaceFirst(".*/snap-", "");
    return holdsPattern(
        """
        device=/dev/mooring/%1$s
        lvchange -q -ay -K mooring/%1$s && udevadm settle || exit 3
        trap 'lvchange -q -an mooring/%1$s' EXIT
        """
            .formatted(name));
  }

  /** Zeros become line ends: a line of some hundred megabytes would have to fit into memory. */
  private boolean holdsPattern(String whichDevice) {
    GuestResult result =
        mooring
            .agent()
            .vm()
            .shell()
            .run(
                whichDevice
                    + """

                    tr '\\0' '\\n' < $device | grep -a -c MOORING-KNOWN-PATTERN
                    ends=("${PIPESTATUS[@]}")
                    [ "${ends[0]}" = 0 ] || exit 3
                    exit "${ends[1]}"
                    """,
                Deadline.after(UNDER_LOAD.multipliedBy(3)));
    assertThat(result.exitCode())
        .as("what the search ends with: " + result.stderr())
        .isIn(FOUND, NOT_FOUND);
    return result.exitCode() == FOUND;
  }

  @Tag("long")
  @Test
  void anEncryptedVolumeGrowsIsCopiedAndChangesItsPassphrase() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("keys", AgentHost.THIN, VolumeKind.XFS);
    Attachment origin = attach(spec);
    Content then = Content.write(node.vm(), origin);
    writePattern(origin);
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
    assertThat(node.vm().shell().run("test -s " + copy.targetPath() + "/pattern").succeeded())
        .as("the pattern is in the copy")
        .isTrue();
    assertThat(storageHostHolds(origin)).isFalse();
    assertThat(storageHostHolds(snapshot)).isFalse();
    assertThat(storageHostHolds(copy)).isFalse();

    mooring.remove(origin, node);
    mooring.remove(copy, node);
    controller.deleteSnapshot(snapshot.getSnapshotId());
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** As a pod that comes, a growth and a kubelet that starts again bring it. */
  @Tag("long")
  @Test
  void aNewPassphraseIsTakenWhileTheVolumeIsInUse() {
    Inventory before = mooring.inventory();
    VolumeSpec spec = VolumeSpec.of("rotated", AgentHost.THIN, VolumeKind.EXT4);
    Map<String, String> third = Map.of("passphrase", "a third passphrase");
    Map<String, String> last = Map.of("passphrase", "a last passphrase");
    Attachment used = attach(spec);
    assertThat(opens(used, Encrypted.OLD)).isTrue();
    SteadyWriter writer = SteadyWriter.start(node.vm(), used, UNDER_LOAD);

    encrypted.publish(used, Encrypted.REPLACED);
    assertThat(opens(used, Encrypted.NEW)).isTrue();
    assertThat(opens(used, Encrypted.OLD)).isFalse();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> encrypted.publish(used, Encrypted.OLD))
        .satisfies(
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION))
        .withMessageContaining("passphrase");
    controller.expand(used.volume().getVolumeId(), LARGER);
    encrypted.expand(used, LARGER, Encrypted.replacing(Encrypted.NEW, third));
    assertThat(opens(used, Encrypted.NEW)).isFalse();
    encrypted.stage(used, Encrypted.replacing(third, last));

    assertThat(keyslots(used)).isEqualTo("1");
    assertThat(writer.finish().errors()).isZero();
    writer.verify();
    Content content = Content.write(node.vm(), used);
    mooring.detach(used, node);
    assertThat(Content.read(node.vm(), encrypted.attach(used.volume(), spec.kind(), last)))
        .isEqualTo(content);
    mooring.remove(used, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Asked of the header, past Mooring. */
  private boolean opens(Attachment attachment, Map<String, String> secret) {
    return node.vm()
        .shell()
        .run(
            "printf '%s' '{word}' | cryptsetup open --test-passphrase --key-file=- /dev/mapper/{map}"
                .replace("{word}", secret.getOrDefault("passphrase", ""))
                .replace("{map}", attachment.wwid()))
        .succeeded();
  }

  private String keyslots(Attachment attachment) {
    return node.vm()
        .shell()
        .check(
            "cryptsetup luksDump /dev/mapper/%s | grep -c '^ *[0-9]*: luks2'"
                .formatted(attachment.wwid()))
        .strip();
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
