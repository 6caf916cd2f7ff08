package io.mooring.controller.target.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.agent.v1.GroupSnapshot;
import io.mooring.agent.v1.Node;
import io.mooring.agent.v1.Path;
import io.mooring.agent.v1.Portal;
import io.mooring.agent.v1.Publication;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.Volume;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AgentMessagesTest {
  private static Volume volume(Consumer<Volume.Builder> change) {
    Volume.Builder volume =
        Volume.newBuilder()
            .setSerial("0123456789abcdef0123456789abcdef")
            .setWwid("360014050123456789abcdef012345678")
            .setName("pvc-1")
            .setPool("fast")
            .setSizeBytes(4096);
    change.accept(volume);
    return volume.build();
  }

  private static Publication publication(Consumer<Path.Builder> change) {
    Path.Builder path =
        Path.newBuilder()
            .setIqn("iqn.x:a")
            .setTpgt(1)
            .setLun(1)
            .addPortals(Portal.newBuilder().setAddress("10.0.0.1").setPort(3260));
    change.accept(path);
    return Publication.newBuilder()
        .setNode(Node.newBuilder().setName("worker-1").setUuid("u"))
        .addPaths(path)
        .build();
  }

  private static void nonsense(Runnable translation, String named) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(translation::run)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
        .withMessageContaining(named);
  }

  @Test
  void aVolumeIsTakenOver() {
    assertThat(AgentMessages.volume(volume(v -> {})).wwid())
        .isEqualTo("360014050123456789abcdef012345678");
    assertThat(AgentMessages.publication(publication(p -> {})).paths().getFirst().lun())
        .isEqualTo(1);
  }

  @Test
  void anIdentityThatCannotBeIsRefused() {
    nonsense(() -> AgentMessages.volume(volume(v -> v.setSerial("0123"))), "serial \"0123\"");
    nonsense(
        () -> AgentMessages.volume(volume(v -> v.setWwid("360014050000000000000000000000000"))),
        "WWID");
    nonsense(() -> AgentMessages.volume(volume(v -> v.setSizeBytes(0))), "0 bytes");
  }

  @Test
  void aPathThatCannotBeIsRefused() {
    nonsense(() -> AgentMessages.publication(publication(p -> p.setLun(0))), "LUN number 0");
    nonsense(() -> AgentMessages.publication(publication(p -> p.setLun(256))), "LUN number 256");
    nonsense(() -> AgentMessages.publication(publication(p -> p.setIqn(""))), "target name");
    nonsense(() -> AgentMessages.publication(publication(p -> p.clearPortals())), "portal");
  }

  @Test
  void aGroupWhoseSnapshotsAreNotItsOwnIsRefused() {
    String serial = "f".repeat(32);
    Snapshot member =
        Snapshot.newBuilder()
            .setSerial("0".repeat(32))
            .setVolumeSerial("1".repeat(32))
            .setGroupSerial(serial)
            .build();
    GroupSnapshot group = GroupSnapshot.newBuilder().setSerial(serial).setName("g").build();

    assertThat(AgentMessages.group(group.toBuilder().addSnapshots(member).build()).snapshots())
        .hasSize(1);
    nonsense(() -> AgentMessages.group(group), "without snapshots");
    nonsense(
        () ->
            AgentMessages.group(
                group.toBuilder()
                    .addSnapshots(member)
                    .addSnapshots(member.toBuilder().setGroupSerial("e".repeat(32)))
                    .build()),
        "those of another");
  }
}
