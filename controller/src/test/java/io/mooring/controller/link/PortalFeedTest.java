package io.mooring.controller.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.PortalPlan;
import io.mooring.controller.volume.NodeId;
import io.mooring.link.v1.ControllerMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortalFeedTest {
  private static final Portal A = new Portal("192.0.2.1", 3260);
  private static final Portal B = new Portal("fd00::1", 3260);

  private final Links links = new Links();
  private final PortalFeed feed = PortalFeed.over(links);

  /** A linked node, and what it is told as {@code target@revision [wanted] [maintenance]}. */
  private final class Told implements StreamObserver<ControllerMessage> {
    private final List<String> told = new ArrayList<>();

    private Told(String name) {
      links.join(new LinkedNode(new NodeId(name, "uuid"), "boot", true, this));
    }

    @Override
    public void onNext(ControllerMessage message) {
      message
          .getPortals()
          .getTargetsList()
          .forEach(target ->
              told.add(
                  "%s@%d %s %s"
                      .formatted(
                          target.getTarget(),
                          target.getRevision(),
                          target.getWantedList(),
                          target.getMaintenanceList())));
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

  private void plan(long revision, List<Portal> wanted, List<Portal> maintenance) {
    feed.plans(List.of(new PortalPlan("san-a", revision, wanted, maintenance, Optional.empty())));
  }

  @Test
  void aNodeIsToldWhenItLinksAndAfterEachChange() {
    Told early = new Told("worker1");
    plan(1, List.of(A, B), List.of());
    plan(1, List.of(A, B), List.of());
    plan(2, List.of(A), List.of(B));
    Told late = new Told("worker2");

    String changed = "san-a@2 [192.0.2.1:3260] [[fd00::1]:3260]";
    assertThat(early.told).containsExactly("san-a@1 [192.0.2.1:3260, [fd00::1]:3260] []", changed);
    assertThat(late.told).containsExactly(changed);
  }

  @Test
  void aHostOfWhichNoPortalIsWantedIsNotSpokenOf() {
    Told node = new Told("worker1");
    plan(1, List.of(), List.of());

    assertThat(node.told).isEmpty();
  }
}
