package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.Content;

/** {@link Deaths} of a node plugin under volumes that are encrypted. */
final class CryptDeaths {
  private static final long LARGER = 2 * VolumeSpec.STANDARD_BYTES;

  private final Mooring mooring;
  private final NodeHost node;
  private final Encrypted encrypted;

  CryptDeaths(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
    this.encrypted = new Encrypted(mooring, node);
  }

  /** A volume is encrypted once, and what is written to it afterwards stays. */
  void whileEncrypting(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec("kill-" + failPoint);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = mooring.publish(volume, spec.kind(), node);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.OLD));

    node.client().publish(attachment);
    Content written = Content.write(node.vm(), attachment);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileReplacingAPassphrase(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec("kill-" + failPoint);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment first = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), first);
    mooring.detach(first, node);
    Attachment attachment = mooring.publish(volume, spec.kind(), node);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.REPLACED));

    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.NEW);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileReplacingAPassphraseInUse(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec("kill-used-" + failPoint);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.publish(attachment, Encrypted.REPLACED));

    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.NEW);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Its file system keeps its bytes and has the room of the header less. */
  void whileGrowing(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec("kill-" + failPoint);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);

    Deaths.dyingAt(
        node.unit(),
        failPoint,
        () -> {
          mooring.controller().expand(volume.getVolumeId(), LARGER);
          encrypted.expand(attachment, LARGER, Encrypted.OLD);
        });

    assertThat(Sizes.seen(node, attachment)).containsExactly(LARGER);
    assertThat(Usage.total(node, attachment)).isGreaterThan(LARGER * 85 / 100);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  void whileUnstaging(String failPoint) {
    Inventory before = mooring.inventory();
    VolumeSpec spec = spec("kill-" + failPoint);
    Volume volume = encrypted.create(Encrypted.request(spec));
    Attachment attachment = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);
    node.client().unpublish(attachment);

    Deaths.dyingAt(node.unit(), failPoint, () -> node.client().unstage(attachment));

    mooring.controller().unpublish(volume.getVolumeId(), node.nodeId());
    Attachment again = encrypted.attach(volume, spec.kind(), Encrypted.OLD);
    assertThat(Content.read(node.vm(), again)).isEqualTo(written);
    mooring.remove(again, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, AgentHost.THIN, VolumeKind.EXT4);
  }
}
