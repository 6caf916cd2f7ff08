package io.mooring.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.testing.TestSecrets;
import io.mooring.controller.volume.NodeId;
import io.mooring.link.v1.Chap;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.runtime.chap.ChapEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChapFeedTest {
  private final TestSecrets secrets = new TestSecrets();
  private final Links links = new Links();
  private final ChapFeed feed = ChapFeed.over(links, secrets);

  /** A linked node, and which secrets it is told. */
  private final class Told implements StreamObserver<ControllerMessage> {
    private final List<Chap> told = new ArrayList<>();

    private Told(String name) {
      links.join(new LinkedNode(new NodeId(name, "uuid"), "boot", true, this));
    }

    private List<Long> revisions() {
      return told.stream().map(Chap::getRevision).toList();
    }

    @Override
    public void onNext(ControllerMessage message) {
      told.add(message.getChap());
    }

    @Override
    public void onError(Throwable thrown) {
      throw new AssertionError(thrown);
    }

    @Override
    public void onCompleted() {
      throw new AssertionError("the stream has ended");
    }
  }

  @Test
  void aNodeIsToldItsOwnSecretsWhenItLinks() {
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(3)));
    secrets.set("worker2", ChapEntry.of(TestSecrets.chap(4)));
    feed.hostsKnow();

    Chap told = new Told("worker1").told.getFirst();

    assertThat(told.getRevision()).isEqualTo(3);
    assertThat(told.getPassword()).isEqualTo(TestSecrets.chap(3).password());
    assertThat(told.getMutualPassword()).isEqualTo(TestSecrets.chap(3).mutualPassword());
  }

  @Test
  void newSecretsAreToldOnceAndAfterTheStorageHosts() {
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(1)));
    feed.hostsKnow();
    Told node = new Told("worker1");
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(2)));
    assertThat(node.revisions()).containsExactly(1L);

    feed.hostsKnow();
    feed.hostsKnow();

    assertThat(node.revisions()).containsExactly(1L, 2L);
  }

  @Test
  void aNodeThatLinksBeforeTheHostsWereFirstToldWaitsForThem() {
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(1)));
    Told node = new Told("worker1");
    assertThat(node.told).isEmpty();

    feed.hostsKnow();

    assertThat(node.revisions()).containsExactly(1L);
  }

  @Test
  void secretsThatCannotBeReadKeepNoNodeOutAndAreToldLater() {
    List<NodeId> joined = new ArrayList<>();
    links.listener(
        new LinkListener() {
          @Override
          public void joined(LinkedNode node) {
            joined.add(node.id());
          }
        });
    secrets.unreadable(true);
    feed.hostsKnow();
    Told node = new Told("worker1");
    assertThat(joined).hasSize(1);
    secrets.unreadable(false);
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(1)));

    feed.hostsKnow();

    assertThat(node.revisions()).containsExactly(1L);
  }

  @Test
  void aListenerThatFailsKeepsNoNodeOut() {
    links.listener(
        new LinkListener() {
          @Override
          public void joined(LinkedNode node) {
            throw new IllegalStateException("a mistake");
          }
        });
    secrets.set("worker1", ChapEntry.of(TestSecrets.chap(1)));
    Told node = new Told("worker1");

    feed.hostsKnow();

    assertThat(node.revisions()).containsExactly(1L);
  }

  @Test
  void anEndIsToldWithoutAUser() {
    secrets.set("worker1", ChapEntry.none(5));
    feed.hostsKnow();

    assertThat(new Told("worker1").told).containsExactly(Chap.newBuilder().setRevision(5).build());
  }

  @Test
  void aNodeOfWhichNothingIsSaidIsToldNothing() {
    Told node = new Told("worker1");
    feed.hostsKnow();

    assertThat(node.told).isEmpty();
  }
}
