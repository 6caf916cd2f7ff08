package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that dies between any two steps. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class KillEverywhereIT {
  private final Mooring mooring;
  private final Deaths deaths;

  KillEverywhereIT(Mooring mooring) {
    this.mooring = mooring;
    this.deaths = new Deaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.disarm();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node.stage.after-tracking",
        "node.stage.after-wwid",
        "node.stage.after-map",
        "node.stage.after-format",
        "node.stage.before-mount",
        "node.stage.after-mount",
        "node.stage.before-staged"
      })
  void aNodePluginThatDiesWhileStagingStagesOnTheRetry(String failPoint) {
    deaths.whileStaging(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.login.after-record", "node.login.after-login"})
  void aNodePluginThatDiesWhileItLogsInStagesOnTheRetry(String failPoint) {
    deaths.whileLoggingIn(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node.unstage.after-unmount",
        "node.unstage.after-tracking",
        "node.unstage.after-map",
        "node.unstage.after-paths",
        "node.unstage.after-forget"
      })
  void aNodePluginThatDiesWhileUnstagingUnstagesOnTheRetry(String failPoint) {
    deaths.whileUnstaging(failPoint);
  }

  @ParameterizedTest
  @CsvSource({
    AgentHost.THIN + ", agent.create.start",
    AgentHost.THIN + ", agent.create.after-lvcreate",
    AgentHost.THIN + ", agent.create.after-ready",
    AgentHost.FILE + ", agent.create.after-record",
    AgentHost.FILE + ", agent.create.after-image"
  })
  void anAgentThatDiesWhileCreatingMakesOneVolumeOnTheRetry(String pool, String failPoint) {
    deaths.whileCreating(pool, failPoint);
  }

  @ParameterizedTest
  @CsvSource({
    AgentHost.THIN + ", agent.grow.after-lvextend",
    AgentHost.FILE + ", agent.grow.after-image",
    AgentHost.FILE + ", agent.grow.after-loop",
    AgentHost.THIN + ", node.expand.after-rescan",
    AgentHost.THIN + ", node.expand.after-map",
    AgentHost.THIN + ", node.expand.before-grow",
    AgentHost.THIN + ", node.expand.after-grow"
  })
  void whoeverDiesWhileAVolumeGrowsGrowsItOnTheRetry(String pool, String failPoint) {
    deaths.whileGrowing(pool, failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.publish.after-record",
        "agent.publish.after-device",
        "agent.publish.after-target",
        "agent.publish.after-lun",
        "agent.publish.after-mapped"
      })
  void anAgentThatDiesWhilePublishingMapsOneLunOnTheRetry(String failPoint) {
    deaths.whilePublishing(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.unpublish.after-record",
        "agent.unpublish.after-mapped-unlink",
        "agent.unpublish.after-lun-unlink",
        "agent.unpublish.after-fence",
        "agent.unpublish.after-quarantine",
        "agent.unpublish.after-backstore"
      })
  void anAgentThatDiesWhileUnpublishingTakesTheLunAwayOnTheRetry(String failPoint) {
    deaths.whileUnpublishing(failPoint);
  }

  @ParameterizedTest
  @CsvSource({
    AgentHost.THIN + ", agent.delete.start",
    AgentHost.THIN + ", agent.delete.after-lvremove",
    AgentHost.FILE + ", agent.delete.after-mark",
    AgentHost.FILE + ", agent.delete.after-image"
  })
  void anAgentThatDiesWhileDeletingLeavesNothingAfterTheRetry(String pool, String failPoint) {
    deaths.whileDeleting(pool, failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "agent.modify.after-record")
  void anAgentThatDiesWhileLimitsChangeKnowsThemAfterTheRetry(String failPoint) {
    deaths.whileModifying(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "node.publish.after-limits",
        "node.publish.after-create",
        "node.publish.after-bind"
      })
  void aNodePluginThatDiesWhilePublishingPublishesOnTheRetry(String failPoint) {
    deaths.whilePublishingToAPod(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "node.unpublish.after-unmount")
  void aNodePluginThatDiesWhileUnpublishingRemovesThePathOnTheRetry(String failPoint) {
    deaths.whileUnpublishingFromAPod(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "node.expand.after-purge")
  void aNodePluginThatDiesAfterItPurgedADeadPathGrowsTheVolumeOnTheRetry(String failPoint) {
    deaths.whileGrowingWithAPathDown(failPoint);
  }
}
