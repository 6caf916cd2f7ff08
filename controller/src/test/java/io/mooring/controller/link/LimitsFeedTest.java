package io.mooring.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.LimitsListener.Change;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LimitsFeedTest {
  private static final VolumeId ONE = new VolumeId("san-a", "1".repeat(32));
  private static final VolumeId TWO = new VolumeId("san-a", "2".repeat(32));

  private final Map<VolumeId, VolumeLimits> onHosts = new HashMap<>();
  private final List<VolumeId> asked = new ArrayList<>();
  private final Links links = new Links();
  private final ManualTicker ticker = new ManualTicker();
  private final LimitsFeed feed = LimitsFeed.over(links, this::ask, ticker);
  private boolean away;
  private Duration answersAfter = Duration.ZERO;

  private Optional<VolumeLimits> ask(VolumeId volume, Deadline deadline) {
    asked.add(volume);
    if (away) {
      ticker.advance(answersAfter);
      throw Failure.unavailable("the host is away");
    }
    return Optional.ofNullable(onHosts.get(volume));
  }

  private static VolumeLimits limits(long readIops, long revision) {
    return new VolumeLimits(readIops, 0, 0, 0, revision);
  }

  /** A linked node, and what it is told as {@code volume readIops@revision}. */
  private final class Told implements StreamObserver<ControllerMessage> {
    private final List<String> told = new ArrayList<>();
    private final LinkedNode node;

    private Told(String name) {
      node = new LinkedNode(new NodeId(name, "uuid"), "boot", true, this);
      links.join(node);
    }

    private Told holds(VolumeId... volumes) {
      node.holds(Set.of(volumes));
      links.holds(node);
      return this;
    }

    @Override
    public void onNext(ControllerMessage message) {
      message
          .getLimits()
          .getVolumesList()
          .forEach(volume ->
              told.add(
                  "%s %d@%d"
                      .formatted(
                          volume.getVolumeId().substring(0, 7),
                          volume.getReadIops(),
                          volume.getRevision())));
    }

    @Override
    public void onError(Throwable thrown) {
      told.add("end");
    }

    @Override
    public void onCompleted() {
      told.add("end");
    }
  }

  @Test
  void aNodeIsToldOfWhatItHoldsOnceAndOfWhatComesLater() {
    onHosts.put(ONE, limits(10, 1));
    onHosts.put(TWO, limits(20, 4));
    Told node = new Told("worker1").holds(ONE).holds(ONE).holds(ONE, TWO);

    assertThat(node.told).containsExactly("san-a/1 10@1", "san-a/2 20@4");
    assertThat(asked).containsExactly(ONE, TWO);
  }

  @Test
  void aVolumeThatComesBackIsToldOfAgain() {
    onHosts.put(ONE, limits(10, 1));
    Told node = new Told("worker1").holds(ONE).holds();
    onHosts.put(ONE, limits(11, 2));

    node.holds(ONE);

    assertThat(node.told).containsExactly("san-a/1 10@1", "san-a/1 11@2");
  }

  @Test
  void nothingIsToldOfVolumesThatNeverHadLimits() {
    onHosts.put(ONE, VolumeLimits.NONE);

    assertThat(new Told("worker1").holds(ONE, TWO).told).isEmpty();
  }

  @Test
  void aChangeReachesThoseWhoHoldTheVolumeAndNobodyElse() {
    Told holder = new Told("worker1").holds(ONE);
    Told other = new Told("worker2").holds(TWO);

    feed.changed(new Change(ONE, limits(7, 3), List.of()), Deadline.after(Duration.ofSeconds(1)));

    assertThat(holder.told).containsExactly("san-a/1 7@3");
    assertThat(other.told).isEmpty();
  }

  @Test
  void limitsThatWereTakenAwayAreTold() {
    onHosts.put(ONE, limits(0, 5));

    assertThat(new Told("worker1").holds(ONE).told).containsExactly("san-a/1 0@5");
  }

  @Test
  void aHostThatWasAwayIsAskedAgain() {
    onHosts.put(ONE, limits(10, 1));
    away = true;
    Told node = new Told("worker1").holds(ONE);
    away = false;

    node.holds(ONE);

    assertThat(node.told).containsExactly("san-a/1 10@1");
  }

  @Test
  void aHostThatIsAwayIsAskedOnceHoweverManyVolumesItHas() {
    VolumeId elsewhere = new VolumeId("san-b", "3".repeat(32));
    away = true;
    answersAfter = Duration.ofSeconds(10);
    Told node = new Told("worker1").holds(ONE, TWO, elsewhere);
    assertThat(asked).extracting(VolumeId::target).containsExactlyInAnyOrder("san-a", "san-b");

    away = false;
    onHosts.put(ONE, limits(10, 1));
    onHosts.put(TWO, limits(20, 4));
    node.holds(ONE, TWO, elsewhere);

    assertThat(node.told).containsExactlyInAnyOrder("san-a/1 10@1", "san-a/2 20@4");
  }

  @Test
  void aHostThatSaysAtOnceThatItDoesNotKnowOneVolumeIsAskedForTheOthers() {
    away = true;
    new Told("worker1").holds(ONE, TWO);

    assertThat(asked).containsExactlyInAnyOrder(ONE, TWO);
  }
}
