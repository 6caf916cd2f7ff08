package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.Volume;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An agent that dies between any two steps of a copy that takes time. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class KillCopyIT {
  private static final int FAST = 1000;

  private final Mooring mooring;

  KillCopyIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.snapshot.after-copying",
        "agent.copy.after-begin",
        "agent.copy.after-piece",
        "agent.copy.after-image",
        "agent.copy.after-ready"
      })
  void anAgentThatDiesWhileASnapshotIsCopiedMakesItReadyAllTheSame(String failPoint) {
    Inventory before = mooring.inventory();
    try (PlainPool pool = PlainPool.make(mooring, FAST)) {
      ControllerClient controller = mooring.controller();
      String volume = controller.create(spec("kill-" + failPoint)).getVolumeId();

      Deaths.dyingAt(mooring.agent().unit(), failPoint, () -> pool.awaitReady(failPoint, volume));

      Snapshot snapshot = controller.snapshot(failPoint, volume);
      assertThat(controller.snapshots(volume)).containsExactly(snapshot);
      controller.deleteSnapshot(snapshot.getSnapshotId());
      controller.delete(volume);
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"agent.create.after-copying", "agent.copy.after-piece", "agent.copy.after-image"})
  void anAgentThatDiesWhileAVolumeIsCopiedMakesOneCopy(String failPoint) {
    Inventory before = mooring.inventory();
    try (PlainPool pool = PlainPool.make(mooring, FAST)) {
      ControllerClient controller = mooring.controller();
      Volume origin = controller.create(spec("kill-" + failPoint));
      VolumeSpec copy = spec("copy-" + failPoint);

      Deaths.dyingAt(mooring.agent().unit(), failPoint, () -> controller.clone(copy, origin));

      assertThat(pool.onStorageHost("ls /srv/plain/mooring/*.img").lines()).hasSize(2);
      controller.delete(controller.clone(copy, origin).getVolumeId());
      controller.delete(origin.getVolumeId());
    }
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, PlainPool.NAME, VolumeKind.BLOCK);
  }
}
