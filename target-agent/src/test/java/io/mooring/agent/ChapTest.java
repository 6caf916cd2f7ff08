package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Targets that let a node in only when it proves itself. */
class ChapTest {
  private static final Chap FIRST = chap(1);
  private static final Chap SECOND = chap(2);
  private static final String GROUP =
      "iscsi/" + new TargetNames("san1").target(World.CLUSTER, World.NODE_1) + "/tpgt_1";
  private static final String ACL = GROUP + "/acls/" + TargetNames.initiator(World.NODE_1);

  @TempDir Path directory;
  private int worlds;

  private static Chap chap(int revision) {
    return new Chap(
        "anna", "correct-horse-" + revision, "bella", "battery-staple-" + revision, revision);
  }

  private World world() throws IOException {
    return new World(Files.createDirectories(directory.resolve("state-" + worlds++)));
  }

  private static void demand(World world, ChapEntry entry) {
    world.host().access().demand(World.CLUSTER, World.NODE_1, entry);
  }

  /** Demand and secrets as the kernel has them. */
  private static List<String> inKernel(World world) {
    return Stream.of(
            GROUP + "/attrib/authentication",
            ACL + "/auth/userid",
            ACL + "/auth/password",
            ACL + "/auth/userid_mutual",
            ACL + "/auth/password_mutual")
        .map(world.kernel::read)
        .toList();
  }

  private static List<String> demanding(Chap chap) {
    return List.of("1", chap.user(), chap.password(), chap.mutualUser(), chap.mutualPassword());
  }

  @Test
  void aTargetIsOpenedOnlyWhenItDemandsTheSecrets() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);

    assertThat(inKernel(world)).isEqualTo(demanding(FIRST));
    assertThat(world.host().access().demandsChap(World.CLUSTER, World.NODE_1)).isTrue();
    List<String> journal = world.kernel.journal();
    assertThat(journal).noneMatch(change -> change.contains("authentication 0"));
    assertThat(journal.indexOf("write " + ACL + "/auth/password_mutual " + FIRST.mutualPassword()))
        .isLessThan(journal.indexOf("write " + GROUP + "/enable 1"));
  }

  @Test
  void anOpenTargetKnowsTheSecretsBeforeItDemandsThem() throws IOException {
    World world = world();
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1);
    assertThat(inKernel(world).getFirst()).isEqualTo("0");

    world.publish(serial, World.NODE_1, FIRST);

    assertThat(inKernel(world)).isEqualTo(demanding(FIRST));
    assertThat(world.kernel.journal().getLast())
        .isEqualTo("write " + GROUP + "/attrib/authentication 1");
  }

  @Test
  void aPublishWithoutSecretsLeavesTheDemandAsItIs() throws IOException {
    World world = world();
    world.publish(world.create("one").serial(), World.NODE_1, FIRST);
    world.publish(world.create("two").serial(), World.NODE_1);
    assertThat(inKernel(world)).isEqualTo(demanding(FIRST));
  }

  @Test
  void aRebootedHostDemandsTheSameBeforeAnybodyGetsIn() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    world.kernel.reboot();
    world.restart();
    assertThat(inKernel(world)).isEqualTo(demanding(FIRST));
    assertThat(world.kernel.journal()).noneMatch(change -> change.contains("authentication 0"));
  }

  @Test
  void aRotationNeverStopsDemandingAndTouchesNothingElse() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    int before = world.kernel.journal().size();

    demand(world, ChapEntry.of(SECOND));

    assertThat(inKernel(world)).isEqualTo(demanding(SECOND));
    assertThat(world.kernel.journal().subList(before, world.kernel.journal().size()))
        .containsExactly(
            "write " + ACL + "/auth/password " + SECOND.password(),
            "write " + ACL + "/auth/password_mutual " + SECOND.mutualPassword());
  }

  @Test
  void mutualSecretsCanBeTakenAway() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    demand(world, ChapEntry.of(new Chap("anna", SECOND.password(), "", "", 2)));
    assertThat(inKernel(world)).containsExactly("1", "anna", SECOND.password(), "NULL", "NULL");
  }

  @Test
  void olderSecretsNeverComeBack() throws IOException {
    World world = world();
    Serial serial = world.create("pvc").serial();
    world.publish(serial, World.NODE_1, SECOND);
    assertRefused(Kind.ABORTED, "older", () -> demand(world, ChapEntry.of(FIRST)));
    assertRefused(Kind.ABORTED, "older", () -> world.publish(serial, World.NODE_1, FIRST));
    assertRefused(Kind.ABORTED, "older", () -> demand(world, ChapEntry.none(1)));
    demand(world, ChapEntry.none(3));
    world.restart();
    assertRefused(Kind.ABORTED, "older", () -> demand(world, ChapEntry.of(SECOND)));
    assertThat(inKernel(world).getFirst()).isEqualTo("0");
  }

  @Test
  void oneRevisionHasOnePairOfSecrets() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    demand(world, ChapEntry.of(FIRST));
    assertRefused(
        Kind.FAILED_PRECONDITION,
        "higher revision",
        () -> demand(world, ChapEntry.of(new Chap("anna", "another-secret", "", "", 1))));
    assertThat(inKernel(world)).isEqualTo(demanding(FIRST));
  }

  @Test
  void aNodeWithoutATargetIsNotFound() throws IOException {
    World world = world();
    assertRefused(Kind.NOT_FOUND, World.NODE_1, () -> demand(world, ChapEntry.of(FIRST)));
  }

  @Test
  void aDamagedRecordKeepsTheTargetShut() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    Path document = document();
    Files.writeString(document, "{");
    world.kernel.reboot();
    world.restart();
    assertThat(world.kernel.exists(GROUP) && world.kernel.read(GROUP + "/enable").equals("1"))
        .isFalse();
    demand(world, ChapEntry.of(SECOND));
    world.restart();
    assertThat(inKernel(world)).isEqualTo(demanding(SECOND));
  }

  private Path document() throws IOException {
    return directory
        .resolve("state-0/chap")
        .resolve(TargetNames.nodeKey(World.CLUSTER, World.NODE_1) + ".json");
  }

  @Test
  void theRecordIsForTheAgentAlone() throws IOException {
    World world = world();
    world.publish(world.create("pvc").serial(), World.NODE_1, FIRST);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(document())))
        .isEqualTo("rw-------");
  }

  private void killAtEachStep(Consumer<World> preparation, Consumer<World> call, Chap expected)
      throws IOException {
    for (int step = 0; step < 60; step++) {
      World world = world();
      preparation.accept(world);
      world.killAfter(step);
      boolean killed = false;
      try {
        call.accept(world);
      } catch (World.Killed e) {
        killed = true;
      }
      world.restart();
      call.accept(world);
      assertThat(inKernel(world))
          .as("killed before change %d", step)
          .isEqualTo(demanding(expected));
      if (!killed) {
        return;
      }
    }
    fail("the call makes no end of changes");
  }

  private static Serial only(World world) {
    return world.pool.disk().keySet().iterator().next();
  }

  @Test
  void aPublishThatWasKilledIsTakenUpAgain() throws IOException {
    killAtEachStep(
        world -> world.create("pvc"),
        world -> world.publish(only(world), World.NODE_1, FIRST),
        FIRST);
  }

  @Test
  void aRotationThatWasKilledIsFinishedByTheRepair() throws IOException {
    killAtEachStep(
        world -> world.publish(world.create("pvc").serial(), World.NODE_1, FIRST),
        world -> demand(world, ChapEntry.of(SECOND)),
        SECOND);
  }
}
