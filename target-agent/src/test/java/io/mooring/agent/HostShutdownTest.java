package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent does last. */
class HostShutdownTest {
  private static final TargetNames NAMES = new TargetNames("san1");

  @TempDir Path directory;
  private World world;

  @BeforeEach
  void twoNodesHaveTwoVolumes() {
    world = new World(directory.resolve("state"));
    Serial one = world.create("one").serial();
    Serial two = world.create("two").serial();
    world.publish(one, World.NODE_1);
    world.publish(two, World.NODE_2);
    world.host().repair().pass();
  }

  private List<String> journalOfTheEnd() {
    int before = world.kernel.journal().size();
    new HostShutdown(world.kernel, world.host().lio(), NAMES).close();
    return world.kernel.journal().subList(before, world.kernel.journal().size());
  }

  private static String group(String node) {
    return "iscsi/" + NAMES.target(World.CLUSTER, node) + "/tpgt_1";
  }

  @Test
  void anAgentThatStopsAloneTouchesNothing() {
    assertThat(journalOfTheEnd()).isEmpty();
  }

  @Test
  void onAHostThatGoesDownAllSessionsEndBeforeEverythingIsFlushed() {
    world.kernel.goDown();

    List<String> journal = journalOfTheEnd();

    assertThat(world.kernel.read(group(World.NODE_1) + "/enable")).isEqualTo("0");
    assertThat(world.kernel.read(group(World.NODE_2) + "/enable")).isEqualTo("0");
    assertThat(world.kernel.children(group(World.NODE_1) + "/np")).isEmpty();
    assertThat(journal.getLast()).startsWith("sync /dev/");
    assertThat(journal.getLast().split(" ")).hasSize(3);
  }

  @Test
  void whoIsStillAtWorkThenOpensNothingAgain() {
    world.kernel.goDown();
    List<String> journal = journalOfTheEnd();

    world.host().repair().pass();

    assertThat(world.kernel.read(group(World.NODE_1) + "/enable")).isEqualTo("0");
    assertThat(world.kernel.children(group(World.NODE_1) + "/np")).isEmpty();
    assertThat(world.kernel.journal()).endsWith(journal.getLast());
  }

  @Test
  void aKubeletThatEndsThisPodBeforeTheHostGoesDownIsUnderstood() {
    world.kernel.prepareToGoDown();

    assertThat(journalOfTheEnd().getLast()).startsWith("sync /dev/");
    assertThat(world.kernel.read(group(World.NODE_1) + "/enable")).isEqualTo("0");
  }

  @Test
  void targetsOfOthersServeOn() {
    String foreign = "iscsi/iqn.2020-01.org.example:theirs";
    world.kernel.foreign(foreign);
    world.kernel.makeDirectory(foreign + "/tpgt_1");
    world.kernel.set(foreign + "/tpgt_1/enable", "1");
    world.kernel.goDown();

    assertThat(journalOfTheEnd()).noneMatch(change -> change.contains("theirs"));
  }

  @Test
  void aTargetThatHangsDoesNotKeepTheVolumesFromBeingFlushed() {
    world.kernel.hang(group(World.NODE_1) + "/enable");
    world.kernel.goDown();

    assertThat(journalOfTheEnd().getLast()).startsWith("sync /dev/");
    assertThat(world.kernel.read(group(World.NODE_2) + "/enable")).isEqualTo("0");
  }
}
