package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.deployment.Unit;
import io.mooring.e2e.load.Content;
import io.mooring.e2e.load.SteadyWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Node and storage host prove themselves to each other, and change the secrets under I/O. */
@ExtendWith(MooringExtension.class)
class ChapIT {
  private final Mooring mooring;
  private final NodeHost node;
  private final Secrets secrets;
  private Secrets.Pair pair;

  ChapIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node2();
    this.secrets = new Secrets(mooring, node);
    this.pair = secrets.fresh();
  }

  @BeforeEach
  void begin() {
    secrets.begin(pair);
  }

  @AfterEach
  void end() {
    mooring.disarm();
    secrets.end();
  }

  @Tag("lab")
  @Test
  void bothSidesProveThemselvesAndNobodyElseLearnsHow() {
    Inventory before = mooring.inventory();
    secrets.watchArguments();

    Attachment attachment =
        mooring.provision(VolumeSpec.of("chap", AgentHost.THIN, VolumeKind.EXT4), node);
    Content content = Content.write(node.vm(), attachment);

    assertThat(secrets.arguments()).contains("iscsiadm").doesNotContain("known-");
    assertThat(attachment.publishContext()).containsEntry("chap", "true");
    assertThat(attachment.publishContext().toString()).doesNotContain("known-");
    assertThat(secrets.demanded(attachment)).isEqualTo("1 1");
    assertThat(secrets.recordModes()).isEqualTo("600");
    Paths.awaitReady(node, attachment, 2);
    mooring.restartAgent();
    assertThat(secrets.demanded(attachment)).isEqualTo("1 1");
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(content);

    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
    assertThat(secrets.leaks()).isEmpty();
  }

  @Tag("long")
  @Test
  void wrongSecretsAreOneErrorWithoutAStorm() {
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.publish(
            mooring.controller().create(VolumeSpec.of("stranger", AgentHost.THIN, VolumeKind.EXT4)),
            VolumeKind.EXT4,
            node);
    int refusedBefore = secrets.refused(attachment);
    secrets.toNode(secrets.fresh());

    for (int i = 0; i < 4; i++) {
      Status status = Calls.status(() -> node.client().stage(attachment));
      assertThat(status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
      assertThat(status.getDescription())
          .contains(attachment.iqn(), "10.77.1.1:3260", "CHAP revision", "both sides")
          .doesNotContain("known-");
    }

    assertThat(secrets.refused(attachment) - refusedBefore).isBetween(1, 2);
    node.client().unstage(attachment);
    assertThat(secrets.sessions()).isEmpty();

    Secrets.Pair right = secrets.fresh();
    secrets.toController(right);
    secrets.awaitTarget(right);
    secrets.toNode(right);
    node.client().stage(attachment);
    node.client().publish(attachment);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
    assertThat(secrets.leaks()).isEmpty();
  }

  @Tag("long")
  @Test
  void secretsChangePathByPathUnderAWriterThoughAgentAndPluginDieMeanwhile() {
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("rotated", AgentHost.THIN, VolumeKind.EXT4), node);
    Paths.awaitReady(node, attachment, 2);
    SteadyWriter writer = SteadyWriter.start(node.vm(), attachment, Duration.ofSeconds(90));
    List<String> first = secrets.sessions();

    Secrets.Pair next = secrets.fresh();
    mooring.agent().unit().dieAt("agent.chap.after-secrets");
    secrets.toController(next);
    secrets.awaitTarget(next);
    assertThat(secrets.sessions()).as("a change at the target ends nothing").isEqualTo(first);
    secrets.toNode(next);
    awaitNewSessions(first);
    Paths.awaitReady(node, attachment, 2);

    // The old secrets, said anew: the target refuses them, so the rotation stops at one path.
    int refusedBefore = secrets.refused(attachment);
    secrets.toNode(pair.saidAnew());
    Paths.awaitReady(node, attachment, 1);
    Secrets.await("nobody was refused", () -> secrets.refused(attachment) > refusedBefore);

    List<String> second = secrets.sessions();
    Secrets.Pair last = secrets.fresh();
    secrets.toController(last);
    secrets.awaitTarget(last);
    node.unit().dieAt("node.chap.after-logout");
    secrets.toNode(last);
    Secrets.await("the node plugin did not die", () -> !node.unit().armed());
    Paths.awaitReady(node, attachment, 2);
    awaitNewSessions(second);
    Paths.awaitReady(node, attachment, 2);

    SteadyWriter.Report report = writer.finish();
    assertThat(report.errors()).isZero();
    assertThat(report.longestStall()).isLessThan(Duration.ofSeconds(30));
    writer.verify();
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
    assertThat(secrets.leaks()).isEmpty();
  }

  @Tag("long")
  @Test
  void aNodeLearnsItsSecretsAndTheirChangeOverNodeLink() {
    Inventory before = mooring.inventory();
    secrets.nodeHasNoFile();
    Attachment attachment =
        mooring.provision(VolumeSpec.of("told", AgentHost.THIN, VolumeKind.EXT4), node);
    Content content = Content.write(node.vm(), attachment);
    Paths.awaitReady(node, attachment, 2);
    List<String> first = secrets.sessions();

    secrets.toController(secrets.fresh());
    awaitNewSessions(first);
    Paths.awaitReady(node, attachment, 2);

    assertThat(secrets.demanded(attachment)).isEqualTo("1 1");
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(content);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
    assertThat(secrets.leaks()).isEmpty();
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "agent.chap.after-record",
        "node.chap.after-records",
        "node.chap.after-paths",
        "node.chap.after-login"
      })
  void whoeverDiesWhileSecretsChangeEveryPathComesBackWithTheNewOnes(String failPoint) {
    Inventory before = mooring.inventory();
    Attachment attachment =
        mooring.provision(
            VolumeSpec.of("kill-" + failPoint, AgentHost.THIN, VolumeKind.EXT4), node);
    Content content = Content.write(node.vm(), attachment);
    Paths.awaitReady(node, attachment, 2);
    List<String> first = secrets.sessions();
    Unit unit = Deaths.unit(failPoint, mooring, node);

    unit.dieAt(failPoint);
    Secrets.Pair next = secrets.fresh();
    secrets.toController(next);
    secrets.awaitTarget(next);
    secrets.toNode(next);

    Secrets.await("nobody died at " + failPoint, () -> !unit.armed());
    awaitNewSessions(first);
    Paths.awaitReady(node, attachment, 2);
    assertThat(Content.read(node.vm(), attachment)).isEqualTo(content);
    mooring.remove(attachment, node);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
    assertThat(secrets.leaks()).isEmpty();
  }

  private void awaitNewSessions(List<String> old) {
    Secrets.await(
        "the sessions are not renewed",
        () -> {
          List<String> now = secrets.sessions();
          return now.size() == 2 && now.stream().noneMatch(old::contains);
        });
  }
}
