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
  private final Deaths deaths;

  KillEverywhereIT(Mooring mooring) {
    this.deaths = new Deaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    deaths.disarm();
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
  @ValueSource(
      strings = {"node.crypt.after-format", "node.crypt.after-open", "node.crypt.after-blank"})
  void aNodePluginThatDiesWhileEncryptingDoesItOnceOnTheRetry(String failPoint) {
    deaths.whileEncrypting(failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"node.crypt.after-add", "node.crypt.after-remove"})
  void aNodePluginThatDiesWhileAPassphraseIsReplacedReplacesItOnTheRetry(String failPoint) {
    deaths.whileReplacingAPassphrase(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"node.crypt.after-add", "node.crypt.after-remove", "node.crypt.after-renewal"})
  void aNodePluginThatDiesWhileAPassphraseInUseIsReplacedReplacesItOnTheRetry(String failPoint) {
    deaths.whileReplacingAPassphraseInUse(failPoint);
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
    AgentHost.THIN + ", node.expand.after-grow"
  })
  void whoeverDiesWhileAVolumeGrowsGrowsItOnTheRetry(String pool, String failPoint) {
    deaths.whileGrowing(pool, failPoint);
  }

  @ParameterizedTest
  @CsvSource({
    AgentHost.THIN + ", agent.snapshot.after-lvcreate",
    AgentHost.THIN + ", agent.create.after-lvcreate",
    AgentHost.FILE + ", agent.snapshot.after-image",
    AgentHost.FILE + ", agent.create.after-record"
  })
  void anAgentThatDiesWhileCopyingMakesOneCopyOnTheRetry(String pool, String failPoint) {
    deaths.whileCopying(pool, failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = {"agent.blocks.after-document", "agent.blocks.after-release"})
  void anAgentThatDiesWhileTellingBlocksHoldsNoMetadataWhenItIsBack(String failPoint) {
    deaths.whileTellingBlocks(failPoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.group.start",
        "agent.group.after-lvcreate",
        "agent.group.after-delete",
        "agent.group.after-suspend",
        "agent.group.after-cut",
        "agent.group.after-resume",
        "agent.group.after-finish",
        "agent.group.before-removal",
        "agent.group.after-unfinished",
        "agent.group.after-lvremove"
      })
  void anAgentThatDiesWhileSnapshottingTogetherMakesOneGroupOnTheRetry(String failPoint) {
    deaths.whileSnapshottingTogether(failPoint);
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
}
