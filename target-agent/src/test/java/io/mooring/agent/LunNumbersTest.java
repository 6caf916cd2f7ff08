package io.mooring.agent;

import static io.mooring.agent.Refusals.assertRefused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.agent.identity.Publication;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.TargetNames;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A number of a node leads to one volume, whatever the agent cannot see or be sure of: a node that
 * still writes to a number must not reach another volume there.
 */
class LunNumbersTest {
  private static final String LUNS =
      "iscsi/" + new TargetNames("san1").target(World.CLUSTER, World.NODE_1) + "/tpgt_1/lun/lun_";

  @TempDir Path directory;
  private World world;

  @BeforeEach
  void boot() {
    world = new World(directory.resolve("state"));
  }

  private int publish(Serial serial) {
    return World.lun(world.publish(serial, World.NODE_1), World.NODE_1);
  }

  private void publishFails(Serial serial, boolean recordedAllTheSame) {
    world.pool.saveFails(Failure.unavailable("lvchange was ended"), recordedAllTheSame);
    assertRefused(Kind.UNAVAILABLE, "lvchange was ended", () -> publish(serial));
  }

  private void reboot() {
    world.kernel.reboot();
    world.restart();
  }

  /** Makes the node's document what an agent of an older version would have left. */
  private void rewriteDocument(String regex, String replacement) throws IOException {
    Path document =
        directory
            .resolve("state/nodes")
            .resolve(TargetNames.nodeKey(World.CLUSTER, World.NODE_1) + ".json");
    String written = Files.readString(document);
    String older = written.replaceFirst(regex, replacement);
    assertThat(older).isNotEqualTo(written);
    Files.writeString(document, older);
  }

  @Test
  void aNumberOfAVolumeThatCannotBeSeenIsGivenToNoOther() {
    Serial unseen = world.create("unseen", "slow").serial();
    Serial other = world.create("other").serial();
    int number = publish(unseen);
    world.second.isAbsent(Failure.unavailable("no disk"));
    reboot();
    world.time.pass(Duration.ofSeconds(30)); // until then nobody is let in

    assertThat(publish(other)).isNotEqualTo(number);

    world.second.isBack();
    assertThat(world.host().repair().pass().problems()).isEmpty();
    assertThat(publish(unseen)).isEqualTo(number);
    assertThat(world.kernel.exists(LUNS + number)).isTrue();
  }

  @Test
  void numbersThatAnOlderAgentGaveAreTakenDownAtTheStart() throws IOException {
    Serial unseen = world.create("unseen", "slow").serial();
    Serial other = world.create("other").serial();
    int number = publish(unseen);
    rewriteDocument("\"held\" *: *\\{[^}]*}", "\"held\": {}");
    world.restart();
    world.second.isAbsent(Failure.unavailable("no disk"));
    reboot();
    world.time.pass(Duration.ofSeconds(30));

    assertThat(publish(other)).isNotEqualTo(number);
  }

  @Test
  void anOlderStateDoesNotTellNumbersSoThatAllVolumesHaveToBeSeen() throws IOException {
    Serial other = world.create("other").serial();
    publish(world.create("unseen", "slow").serial());
    rewriteDocument("\"held\" *: *\\{[^}]*}, *", "");
    world.second.isAbsent(Failure.unavailable("no disk"));
    reboot();

    assertRefused(Kind.UNAVAILABLE, "does not know all of its volumes", () -> publish(other));

    world.second.isBack();
    world.host().repair().pass();
    assertThat(publish(other)).isEqualTo(2);
  }

  @Test
  void aPublicationThatMayBeRecordedKeepsItsNumber() {
    for (boolean recorded : List.of(true, false)) {
      Serial unsure = world.create("unsure " + recorded).serial();
      Serial other = world.create("other " + recorded).serial();
      publishFails(unsure, recorded);

      int number = publish(other);
      int late = publish(unsure);
      assertThat(late).as("recorded: " + recorded).isNotEqualTo(number);

      reboot();
      assertThat(world.host().repair().pass().problems()).isEmpty();
      assertThat(publish(other)).isEqualTo(number);
      assertThat(publish(unsure)).isEqualTo(late);
    }
  }

  @Test
  void aPublicationThatMayBeRecordedIsNotServedBeforeItIs() {
    Serial unsure = world.create("unsure").serial();
    publishFails(unsure, false);

    assertThat(world.host().repair().pass().luns()).isZero();
    assertThat(world.kernel.exists(LUNS + 1)).isFalse();
  }

  @Test
  void aPublicationThatMayBeRecordedKeepsOthersOutUntilItIsTakenBack() {
    Serial unsure = world.create("unsure").serial();
    publishFails(unsure, true);
    assertRefused(
        Kind.FAILED_PRECONDITION,
        "unpublish it from node node " + World.NODE_1,
        () -> world.publish(unsure, World.NODE_2));

    world.unpublish(unsure, World.NODE_1);

    assertThat(requireNonNull(world.pool.disk().get(unsure)).publications()).isEmpty();
    world.publish(unsure, World.NODE_2);
    world.unpublish(unsure, World.NODE_2);
    world.delete(unsure);
  }

  @Test
  void twoVolumesThatAreRecordedUnderOneNumberAreBothNotServedUntilOneIsTakenBack() {
    VolumeRecord one = world.create("one");
    VolumeRecord two = world.create("two");
    Publication same = new Publication(World.NODE_1, "worker1", 7, false);
    world.pool.put(one.with(same));
    world.pool.put(two.with(same));
    reboot();

    assertThat(world.host().repair().pass().problems())
        .hasSize(2)
        .allMatch(text -> text.contains("are both recorded as LUN 7 of node worker1"));
    assertThat(world.kernel.exists(LUNS + 7)).isFalse();

    world.unpublish(one.serial(), World.NODE_1);
    assertThat(world.host().repair().pass().problems()).isEmpty();
    assertThat(world.kernel.exists(LUNS + 7)).isTrue();
  }

  @Test
  void theOtherOfTwoUnderOneNumberIsServedOnlyWhenTheNumberHasRested() {
    world = new World(directory.resolve("resting"), Duration.ofMinutes(10));
    VolumeRecord one = world.create("one");
    VolumeRecord two = world.create("two");
    Publication same = new Publication(World.NODE_1, "worker1", 7, false);
    world.pool.put(one.with(same));
    world.pool.put(two.with(same));
    reboot();

    world.unpublish(one.serial(), World.NODE_1);

    assertThat(world.host().repair().pass().problems())
        .anyMatch(text -> text.contains("LUN 7 of node worker1 led to another volume before"));
    assertThat(world.kernel.exists(LUNS + 7)).isFalse();
    world.time.pass(Duration.ofMinutes(10));
    assertThat(world.host().repair().pass().problems()).isEmpty();
    assertThat(world.kernel.exists(LUNS + 7)).isTrue();
  }

  @Test
  void ofTwoUnderOneNumberTheServedOneStaysWhenTheOtherIsTakenBack() {
    VolumeRecord one = world.create("one");
    VolumeRecord third = world.create("third");
    Serial two = world.create("two").serial();
    int number = publish(two);
    world.pool.put(one.with(new Publication(World.NODE_1, "worker1", number, false)));
    world.pool.put(third.with(new Publication(World.NODE_1, "worker1", number, false)));
    world.restart();

    world.unpublish(one.serial(), World.NODE_1);
    world.unpublish(third.serial(), World.NODE_1);

    assertThat(world.kernel.exists(LUNS + number)).isTrue();
    assertThat(world.host().repair().pass().problems()).isEmpty();
    assertThat(publish(two)).isEqualTo(number);
    world.publish(one.serial(), World.NODE_2);
  }
}
