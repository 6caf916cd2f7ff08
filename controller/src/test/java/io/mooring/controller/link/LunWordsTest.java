package io.mooring.controller.link;

import static io.mooring.controller.testing.Requests.NODE_1;
import static io.mooring.controller.testing.Requests.publish;
import static io.mooring.controller.testing.Requests.volumeNamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.testing.FakeLuns;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.NodeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.LunAddress;
import io.mooring.link.v1.LunAnswer;
import io.mooring.link.v1.LunQuestion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LunWordsTest {
  private static final NodeId NODE = NodeId.parse(NODE_1).orElseThrow();

  private final TestController controller = TestController.withTwoHosts();
  private final FakeLuns luns = controller.agent("san-a").luns();
  private final Links links = new Links();
  // Not started: passes are made by hand, not by what the listeners hear.
  private final LunWords words = LunWords.over(links, controller.fleet(), Duration.ofHours(1));

  /** A linked node, and what it was asked. */
  private final class Asked implements StreamObserver<ControllerMessage> {
    private final List<LunQuestion> questions = new ArrayList<>();
    private final LinkedNode node;

    private Asked(NodeId id, boolean answers) {
      node = new LinkedNode(id, "boot", answers, this);
      links.join(node);
    }

    private void answers(LunQuestion question, int... free) {
      LunAnswer.Builder answer = LunAnswer.newBuilder().setId(question.getId());
      for (int lun : free) {
        answer.addFree(LunAddress.newBuilder().setIqn("iqn.x").setLun(lun));
      }
      links.answers(node, answer.build());
    }

    @Override
    public void onNext(ControllerMessage message) {
      questions.add(message.getLuns());
    }

    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {}
  }

  @BeforeEach
  void publishAVolume() {
    String volume =
        controller.client().createVolume(volumeNamed("pvc-1").build()).getVolume().getVolumeId();
    var _ = controller.client().controllerPublishVolume(publish(volume, NODE_1).build());
  }

  @AfterEach
  void close() {
    controller.close();
  }

  private long calls() {
    return controller.agent("san-a").calls().stream().filter("ReleaseLuns"::equals).count();
  }

  @Test
  void aHostWaitsForTheWordOfANodeThatIsLinkedAndGetsIt() {
    Asked node = new Asked(NODE, true);
    words.pass();
    assertThat(luns.answers(NODE.uuid())).isTrue();
    assertThat(node.questions).isEmpty();
    luns.free(NODE.uuid(), 7, "a");
    luns.free(NODE.uuid(), 8, "b");
    words.pass();
    assertThat(node.questions.getLast().getLunsList())
        .extracting(LunAddress::getLun)
        .containsExactly(7, 8);

    node.answers(node.questions.getLast(), 8);

    assertThat(luns.waiting(NODE.uuid())).containsExactly("a");
    words.pass();
    node.answers(node.questions.getLast(), 7);
    assertThat(luns.waiting(NODE.uuid())).isEmpty();
    words.pass();
    assertThat(node.questions).hasSize(2);
    assertThat(calls()).isEqualTo(3);
  }

  @Test
  void anAnswerIsForTheFreeingThatWasAskedAfter() {
    Asked node = new Asked(NODE, true);
    luns.free(NODE.uuid(), 7, "first");
    words.pass();
    LunQuestion first = node.questions.getLast();
    luns.free(NODE.uuid(), 7, "second");

    node.answers(first, 7);

    assertThat(luns.waiting(NODE.uuid())).containsExactly("second");
  }

  @Test
  void onlyWhoWasAskedAnswersAndOnlyOnce() {
    Asked node = new Asked(NODE, true);
    Asked other = new Asked(new NodeId("worker2", NODE.uuid()), true);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();
    LunQuestion question = node.questions.getLast();
    assertThat(other.questions).isEmpty();

    other.answers(question, 7);
    node.answers(question);
    node.answers(question, 7);

    assertThat(luns.waiting(NODE.uuid())).containsExactly("a");
  }

  @Test
  void whatAReplacedStreamWasAskedIsForgotten() {
    Asked before = new Asked(NODE, true);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();
    assertThat(before.questions).hasSize(1);

    Asked after = new Asked(NODE, true);

    assertThat(words.underWay()).isZero();
    words.pass();
    after.answers(after.questions.getLast(), 7);
    assertThat(luns.waiting(NODE.uuid())).isEmpty();
    assertThat(words.underWay()).isZero();
  }

  @Test
  void aNodeWithAnotherIdentityIsNotAsked() {
    Asked rebuilt =
        new Asked(new NodeId(NODE.name(), "99999999-9999-4999-8999-999999999999"), true);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();

    assertThat(rebuilt.questions).isEmpty();
    assertThat(luns.answers(NODE.uuid())).isFalse();
  }

  @Test
  void aNodePluginThatCannotAnswerLeavesItToTime() {
    var _ = new Asked(NODE, true);
    words.pass();
    assertThat(luns.answers(NODE.uuid())).isTrue();
    Asked older = new Asked(NODE, false);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();

    assertThat(luns.answers(NODE.uuid())).isFalse();
    assertThat(older.questions).isEmpty();
  }

  @Test
  void aNodeThatIsNotLinkedHereIsLeftToTheReplicaThatItIsLinkedTo() {
    luns.free(NODE.uuid(), 7, "a");
    words.pass();

    assertThat(calls()).isZero();
  }

  @Test
  void anOldAgentIsLeftAlone() {
    luns.beOld();
    Asked node = new Asked(NODE, true);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();

    assertThat(node.questions).isEmpty();
  }

  @Test
  void aHostThatIsAwayWhenTheAnswerComesIsToldLater() {
    Asked node = new Asked(NODE, true);
    luns.free(NODE.uuid(), 7, "a");
    words.pass();
    controller.host("san-a").switchOff();
    node.answers(node.questions.getLast(), 7);
    controller.host("san-a").switchOn();
    assertThat(luns.waiting(NODE.uuid())).containsExactly("a");

    words.pass();
    node.answers(node.questions.getLast(), 7);
    assertThat(luns.waiting(NODE.uuid())).isEmpty();
  }
}
