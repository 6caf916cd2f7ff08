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
import java.util.Map;

/** {@link Deaths} of a node plugin under volumes that are encrypted. */
final class CryptDeaths {
  private static final VolumeKind KIND = VolumeKind.EXT4;

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
    Volume volume = create("kill-" + failPoint);
    Attachment attachment = mooring.publish(volume, KIND, node);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.OLD));

    node.client().publish(attachment);
    Content written = Content.write(node.vm(), attachment);
    mooring.detach(attachment, node);
    proveAgain(volume, Encrypted.OLD, written, before);
  }

  void whileReplacingAPassphrase(String failPoint) {
    Inventory before = mooring.inventory();
    Volume volume = create("kill-" + failPoint);
    Attachment first = encrypted.attach(volume, KIND, Encrypted.OLD);
    Content written = Content.write(node.vm(), first);
    mooring.detach(first, node);
    Attachment attachment = mooring.publish(volume, KIND, node);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.stage(attachment, Encrypted.REPLACED));

    node.client().publish(attachment);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    proveAgain(volume, Encrypted.NEW, written, before);
  }

  void whileReplacingAPassphraseInUse(String failPoint) {
    Inventory before = mooring.inventory();
    Volume volume = create("kill-used-" + failPoint);
    Attachment attachment = encrypted.attach(volume, KIND, Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);

    Deaths.dyingAt(node.unit(), failPoint, () -> encrypted.publish(attachment, Encrypted.REPLACED));

    assertThat(Content.read(node.vm(), attachment)).isEqualTo(written);
    mooring.detach(attachment, node);
    proveAgain(volume, Encrypted.NEW, written, before);
  }

  /** Its file system keeps its bytes and has the room of the header less. */
  void whileGrowing(String failPoint) {
    Inventory before = mooring.inventory();
    Volume volume = create("kill-" + failPoint);
    Attachment attachment = encrypted.attach(volume, KIND, Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);

    Deaths.dyingAt(
        node.unit(),
        failPoint,
        () -> {
          mooring.controller().expand(volume.getVolumeId(), Deaths.LARGER);
          encrypted.expand(attachment, Deaths.LARGER, Encrypted.OLD);
        });

    assertThat(Sizes.seen(node, attachment)).containsExactly(Deaths.LARGER);
    assertThat(Usage.total(node, attachment)).isGreaterThan(Deaths.LARGER * 85 / 100);
    Deaths.proveAndRemove(mooring, node, attachment, written, before);
  }

  void whileUnstaging(String failPoint) {
    Inventory before = mooring.inventory();
    Volume volume = create("kill-" + failPoint);
    Attachment attachment = encrypted.attach(volume, KIND, Encrypted.OLD);
    Content written = Content.write(node.vm(), attachment);
    node.client().unpublish(attachment);

    Deaths.dyingAt(node.unit(), failPoint, () -> node.client().unstage(attachment));

    mooring.controller().unpublish(volume.getVolumeId(), node.nodeId());
    proveAgain(volume, Encrypted.OLD, written, before);
  }

  /** The passphrase opens what was written before. */
  private void proveAgain(
      Volume volume, Map<String, String> secrets, Content written, Inventory before) {
    Attachment again = encrypted.attach(volume, KIND, secrets);
    Deaths.proveAndRemove(mooring, node, again, written, before);
  }

  private Volume create(String name) {
    return encrypted.create(Encrypted.request(VolumeSpec.of(name, AgentHost.THIN, KIND)));
  }
}
