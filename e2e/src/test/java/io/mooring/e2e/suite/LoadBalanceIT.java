package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.e2e.load.BalanceTrial;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two links carry what two links can. */
@ExtendWith(MooringExtension.class)
class LoadBalanceIT {
  private static final Progress PROGRESS = Progress.toStandardOutput();

  private final Mooring mooring;

  LoadBalanceIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @Tag("long")
  @Test
  void aVolumeReachesNearlyTwiceOneLinkOverTwo() {
    NodeHost node = mooring.node1();
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("balance", AgentHost.THIN, VolumeKind.BLOCK), node);
    Paths.awaitReady(node, attachment, 2);
    int givenUp = node.pathsGivenUp();

    List<BalanceTrial.Result> results = new BalanceTrial(mooring.lab(), node, attachment).run();

    results.forEach(result ->
        PROGRESS.say(
            "  %s: %d KiB/s over one, %d KiB/s over both, %.2f x"
                .formatted(
                    result.pattern(), result.one() >> 10, result.both() >> 10, result.ratio())));
    assertThat(results)
        .allSatisfy(result -> assertThat(result.ratio()).isGreaterThanOrEqualTo(1.9));
    assertThat(node.pathsGivenUp() - givenUp)
        .as("the cable that was pulled, and no link for being slow")
        .isLessThanOrEqualTo(1);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
