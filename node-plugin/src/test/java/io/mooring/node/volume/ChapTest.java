package io.mooring.node.volume;

import static io.mooring.node.volume.NodeSecrets.chap;
import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.EXT4;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.OTHER;
import static io.mooring.node.volume.NodeUnderTest.SIZE;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mooring.node.fake.FakeLun;
import io.mooring.node.fake.Faults;
import io.mooring.node.iscsi.Portal;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.ManualTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins with secrets, and new secrets for sessions that are there. */
class ChapTest {
  private static final int MANY_CALLS = 10;

  @TempDir Path directory;
  private NodeUnderTest node;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
  }

  @AfterEach
  void noForeignByteWasTouched() {
    node.close();
    assertThat(node.host.violations()).isEmpty();
  }

  private StageRequest request() {
    return new StageRequest(VOLUME, NodeUnderTest.context(VOLUME, LUN, true), node.staging(), EXT4);
  }

  private void demand(int revision) {
    node.host.targets().demand(Optional.of(chap(revision)));
  }

  private void stageWithChap() {
    demand(1);
    node.secrets.set(chap(1));
    node.stage(request());
  }

  private void rotate() {
    node.flow().chapRotation().once();
  }

  private Set<Long> revisions() {
    return node.host.initiator().sessions().stream()
        .map(session -> node.revisions().of(session))
        .map(revision -> revision.orElse(0))
        .collect(Collectors.toSet());
  }

  private Set<Integer> sessions() {
    return node.host.initiator().sessions().stream()
        .map(session -> session.id())
        .collect(Collectors.toSet());
  }

  @Test
  void aNodeWithTheRightSecretsGetsIn() {
    stageWithChap();
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(revisions()).containsExactly(1L);
    assertThat(node.host.targets().loginsRefused()).isZero();
  }

  @Test
  void withoutSecretsNobodyKnocksWhereChapIsPromised() {
    demand(1);
    assertRefused(Kind.UNAVAILABLE, () -> node.stage(request()), "chap-file");
    assertThat(node.host.faults().count("initiator.login")).isZero();
    assertThat(node.host.allDisks()).isEmpty();
  }

  @Test
  void whereChapHasEndedNoneIsUsedThoughItWasPromised() {
    node.secrets.end(1);
    node.stage(request());
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void wrongSecretsAreOneErrorAndNoStorm() {
    demand(1);
    node.secrets.set(chap(2));
    for (int i = 0; i < 5; i++) {
      assertRefused(
          Kind.FAILED_PRECONDITION,
          () -> node.stage(request()),
          A.toString(),
          B.toString(),
          "iqn.2026-01.io.mooring:node.test",
          "CHAP revision 2",
          "both sides");
    }
    assertThat(node.host.targets().loginsRefused()).isEqualTo(2);
    node.unstage();
    assertThat(node.clean()).isTrue();
  }

  @Test
  void changedSecretsAreTriedAtOnce() {
    demand(3);
    node.secrets.set(chap(2));
    assertRefused(Kind.FAILED_PRECONDITION, () -> node.stage(request()), "refuses");
    node.secrets.set(chap(3));
    node.stage(request());
    assertThat(revisions()).containsExactly(3L);
  }

  @Test
  void aRotationRenewsEachSessionAndLeavesTheVolumeWithAPathAllTheTime() {
    stageWithChap();
    Set<Integer> before = sessions();
    demand(2);
    node.secrets.set(chap(2));
    rotate();
    assertThat(revisions()).containsExactly(2L);
    assertThat(sessions()).hasSize(2).doesNotContainAnyElementsOf(before);
    assertThat(node.map().slaves()).hasSize(2);
    assertThat(node.host.targets().loginsRefused()).isZero();
    int done = node.host.faults().journal().size();
    rotate();
    assertThat(node.host.faults().journal()).hasSize(done);
  }

  @Test
  void theLastLivePathIsNeverTaken() {
    stageWithChap();
    Set<Integer> before = sessions();
    node.host.cut(B);
    demand(2);
    node.secrets.set(chap(2));
    rotate();
    assertThat(node.host.initiator().sessions())
        .anyMatch(session -> session.persistentPortal().equals(A) && before.contains(session.id()));
  }

  @Test
  void aStorageHostWithOnePathKeepsNoOtherFromNewSecrets() {
    stageWithChap();
    TargetEntry elsewhere =
        new TargetEntry(
            "iqn.2026-01.io.mooring:san2.0123456789abcdef",
            1,
            LUN,
            List.of(Portal.parse("10.78.1.1:3260"), Portal.parse("10.78.2.1:3260")));
    node.host.targets().map(elsewhere.iqn(), LUN, new FakeLun(OTHER.serial(), SIZE));
    Path staging = directory.resolve("other");
    NodeUnderTest.makeDirectory(staging);
    node.volumes()
        .stage(
            new StageRequest(
                OTHER,
                new PublishContext(OTHER.identity(), SIZE, false, true, List.of(elsewhere)),
                staging,
                EXT4),
            NodeUnderTest.soon());
    node.host.cut(B);
    demand(2);
    node.secrets.set(chap(2));
    rotate();

    assertThat(node.host.initiator().sessions())
        .filteredOn(session -> session.iqn().equals(elsewhere.iqn()))
        .hasSize(2)
        .allMatch(session -> node.revisions().of(session).orElse(0) == 2);
    assertThat(node.host.initiator().sessions())
        .anyMatch(session -> session.persistentPortal().equals(A));
  }

  @Test
  void aTargetThatDoesNotKnowTheNewSecretsStopsTheRotationWithAPathLeft() {
    stageWithChap();
    node.secrets.set(chap(2));
    rotate();
    assertThat(node.host.initiator().sessions()).hasSize(1);
    assertThat(node.map().slaves()).hasSize(1);
    assertThat(revisions()).containsExactly(1L);
    assertThat(node.host.targets().loginsRefused()).isEqualTo(1);
    node.flow().lateJoin().once();
    assertThat(node.host.targets().loginsRefused()).isEqualTo(1);
  }

  @Test
  void aSessionWithoutVolumesIsOnlyEnded() {
    stageWithChap();
    node.unstage();
    demand(2);
    node.secrets.set(chap(2));
    rotate();
    assertThat(sessions()).isEmpty();
    node.stage(request());
    assertThat(revisions()).containsExactly(2L);
  }

  @Test
  void sessionsFromBeforeChapLogInWithIt() {
    node.stage(EXT4);
    Set<Integer> before = sessions();
    demand(1);
    node.secrets.set(chap(1));
    rotate();
    assertThat(sessions()).hasSize(2).doesNotContainAnyElementsOf(before);
    assertThat(revisions()).containsExactly(1L);
    assertThat(node.map().slaves()).hasSize(2);
  }

  @Test
  void sessionsThatCameWithSecretsComeWithoutWhereChapHasEnded() {
    stageWithChap();
    Set<Integer> before = sessions();
    node.host.targets().demand(Optional.empty());
    node.secrets.end(2);
    rotate();
    assertThat(sessions()).hasSize(2).doesNotContainAnyElementsOf(before);
    assertThat(revisions()).containsExactly(0L);
    assertThat(node.map().slaves()).hasSize(2);
    Set<Integer> renewed = sessions();
    rotate();
    assertThat(sessions()).isEqualTo(renewed);
  }

  @Test
  void aRotationThatWasKilledAtAnyStepIsFinished() throws IOException {
    for (int step = 1; step < 80; step++) {
      for (boolean after : new boolean[] {false, true}) {
        Path fresh = Files.createDirectories(directory.resolve("killed-" + step + after));
        try (NodeUnderTest victim = new NodeUnderTest(fresh)) {
          if (!killed(victim, step, after)) {
            assertThat(step).as("number of calls").isGreaterThan(MANY_CALLS);
            return;
          }
        }
      }
    }
    fail("the rotation makes no end of calls");
  }

  private boolean killed(NodeUnderTest victim, int step, boolean after) {
    victim.singleThreaded();
    victim.host.targets().demand(Optional.of(chap(1)));
    victim.secrets.set(chap(1));
    victim.stage(
        new StageRequest(VOLUME, NodeUnderTest.context(VOLUME, LUN, true), victim.staging(), EXT4));
    victim.host.targets().demand(Optional.of(chap(2)));
    victim.secrets.set(chap(2));
    victim.host.faults().crashAtCall(step, after);
    boolean killed = false;
    try {
      victim.flow().chapRotation().once();
    } catch (Faults.Crash e) {
      killed = true;
    }
    victim.host.faults().noCrash();
    assertThat(victim.map().slaves()).as("step %d", step).isNotEmpty();
    victim.restart();
    victim.flow().lateJoin().once();
    victim.flow().chapRotation().once();
    assertThat(victim.map().slaves()).as("step %d", step).hasSize(2);
    assertThat(victim.host.initiator().sessions())
        .as("step %d", step)
        .hasSize(2)
        .allMatch(session -> victim.revisions().of(session).equals(OptionalLong.of(2)));
    return killed;
  }

  @Test
  void aRefusalIsForgottenAfterItsPause() {
    ManualTicker ticker = new ManualTicker();
    RefusedLogins refused = new RefusedLogins(ticker, Duration.ofSeconds(60));
    refused.remember(NodeUnderTest.route(A), 1, Failure.failedPrecondition("no"));
    assertThat(refused.of(NodeUnderTest.route(A), 1)).isPresent();
    assertThat(refused.of(NodeUnderTest.route(A), 2)).isEmpty();
    assertThat(refused.of(NodeUnderTest.route(B), 1)).isEmpty();
    ticker.pause(Duration.ofSeconds(60));
    assertThat(refused.of(NodeUnderTest.route(A), 1)).isEmpty();
  }
}
