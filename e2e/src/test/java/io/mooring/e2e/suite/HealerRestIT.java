package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.RestTrial;
import io.mooring.e2e.load.RestTrial.Rest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the node plugin costs while all is well. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class HealerRestIT {
  private static final int VOLUMES = 50;
  private static final long SMALL_BYTES = 4L << 20;

  private final Mooring mooring;
  private final NodeHost node;

  HealerRestIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  @Test
  void fiftyVolumesAtRestCostAtMostTwiceTheTimeOfNoneAndNoProcess() {
    List<Attachment> attachments = new ArrayList<>();
    try (RestTrial trial = RestTrial.on(node)) {
      // The sessions stay for a while, so that both measurements have them.
      mooring.remove(provision("rest-first"), node);
      Rest none = trial.measure();
      for (int i = 0; i < VOLUMES; i++) {
        attachments.add(provision("rest-" + i));
      }
      Rest many = trial.measure();
      Progress.toStandardOutput()
          .say(
              "mooring-node at rest: %d ms of CPU in a minute without volumes, %d ms with %d"
                  .formatted(none.cpu().toMillis(), many.cpu().toMillis(), VOLUMES));
      assertThat(none.programs()).isZero();
      assertThat(many.programs()).isZero();
      assertThat(many.cpu()).isLessThanOrEqualTo(none.cpu().multipliedBy(2));
    } finally {
      attachments.forEach(attachment -> mooring.remove(attachment, node));
    }
  }

  private Attachment provision(String name) {
    return mooring.provision(
        new VolumeSpec(name, AgentHost.THIN, VolumeKind.BLOCK, SMALL_BYTES), node);
  }
}
