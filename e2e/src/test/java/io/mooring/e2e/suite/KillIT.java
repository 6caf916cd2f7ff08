package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A process that dies in the middle of its work, on each side; the other places are in {@link
 * KillEverywhereIT}.
 */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class KillIT {
  private final Mooring mooring;
  private final Deaths deaths;

  KillIT(Mooring mooring) {
    this.mooring = mooring;
    this.deaths = new Deaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.disarm();
  }

  @Test
  void aNodePluginThatDiesWhileStagingStagesOnTheRetry() {
    deaths.whileStaging("node.stage.after-scan");
  }

  @Test
  void anAgentThatDiesWhilePublishingMapsOneLunOnTheRetry() {
    deaths.whilePublishing("agent.publish.after-backstore");
  }
}
