package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that dies in the middle of each kind of work; the other places are in {@link
 * KillEverywhereIT}.
 */
@Tag("lab")
@ExtendWith(MooringExtension.class)
class KillIT {
  private final Deaths deaths;

  KillIT(Mooring mooring) {
    this.deaths = new Deaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    deaths.disarm();
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.stage.after-scan"})
  void aNodePluginThatDiesWhileStagingStagesOnTheRetry(String failPoint) {
    deaths.whileStaging(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.unstage.after-map"})
  void aNodePluginThatDiesWhileUnstagingUnstagesOnTheRetry(String failPoint) {
    deaths.whileUnstaging(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent.create.after-lvcreate"})
  void anAgentThatDiesWhileCreatingMakesOneVolumeOnTheRetry(String failPoint) {
    deaths.whileCreating(AgentHost.THIN, failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent.publish.after-backstore"})
  void anAgentThatDiesWhilePublishingMapsOneLunOnTheRetry(String failPoint) {
    deaths.whilePublishing(failPoint);
  }
}
