package io.mooring.e2e.suite;

import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that dies between any two steps with snapshots and what is made of them. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class KillSnapshotIT {
  private final Mooring mooring;
  private final SnapshotDeaths deaths;

  KillSnapshotIT(Mooring mooring) {
    this.mooring = mooring;
    this.deaths = new SnapshotDeaths(mooring);
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.disarm();
  }

  @ParameterizedTest
  @CsvSource({
    AgentHost.THIN + ", agent.snapshot.after-lvcreate",
    AgentHost.THIN + ", agent.snapshot.after-ready",
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
  @CsvSource({
    AgentHost.THIN + ", agent.snapshot.after-removal",
    AgentHost.FILE + ", agent.snapshot.after-record-removal",
    AgentHost.FILE + ", agent.snapshot.after-removal"
  })
  void anAgentThatDiesWhileDeletingASnapshotHasNoneAfterTheRetry(String pool, String failPoint) {
    deaths.whileDeletingASnapshot(pool, failPoint);
  }

  @ParameterizedTest
  @ValueSource(strings = "node.stage.after-fsid")
  void aNodePluginThatDiesWhileACopyGetsItsIdentityStagesItOnTheRetry(String failPoint) {
    deaths.whileStagingACopy(failPoint);
  }
}
