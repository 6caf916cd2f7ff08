package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.csi.v1.Snapshot;
import io.mooring.csi.v1.VolumeGroupSnapshot;
import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.ControllerClient;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.load.PairWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several volumes as they were at one moment. */
@ExtendWith(MooringExtension.class)
class GroupSnapshotIT {
  private static final int GROUPS = 3;

  private final Mooring mooring;

  GroupSnapshotIT(Mooring mooring) {
    this.mooring = mooring;
  }

  @AfterEach
  void nobodyElseDies() {
    mooring.agent().unit().disarm();
  }

  /** Two raw devices that one writer uses in turns. */
  private record Pair(Attachment first, Attachment second) {
    private String[] ids() {
      return new String[] {first.volume().getVolumeId(), second.volume().getVolumeId()};
    }
  }

  private Pair provision(String name) {
    NodeHost node = mooring.node1();
    return new Pair(
        mooring.provision(spec(name + "-first"), node),
        mooring.provision(spec(name + "-second"), node));
  }

  private static VolumeSpec spec(String name) {
    return VolumeSpec.of(name, AgentHost.THIN, VolumeKind.BLOCK);
  }

  private void remove(Pair pair) {
    mooring.remove(pair.first(), mooring.node1());
    mooring.remove(pair.second(), mooring.node1());
  }

  @Tag("long")
  @Test
  void everyGroupUnderAWriterIsOfOneMoment() {
    ControllerClient controller = mooring.controller();
    Inventory before = mooring.inventory();
    Pair pair = provision("group");
    PairWriter writer = PairWriter.start(mooring.node1().vm(), pair.first(), pair.second());
    List<VolumeGroupSnapshot> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      groups.add(controller.group("group-" + i, pair.ids()));
      writer.awaitProgress();
    }
    assertThat(controller.group("group-0", pair.ids())).isEqualTo(groups.getFirst());
    long last = writer.finish();

    long number = 0;
    for (VolumeGroupSnapshot group : groups) {
      assertThat(controller.getGroup(group)).isEqualTo(group);
      long next = numberOf(pair, group);
      assertThat(next).isGreaterThan(number).isLessThan(last);
      number = next;
    }
    groups.forEach(controller::deleteGroup);
    controller.deleteGroup(groups.getFirst());
    remove(pair);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  /** Of the volumes that are made from the group's snapshots; proven to be of one moment. */
  private long numberOf(Pair pair, VolumeGroupSnapshot group) {
    Attachment first = copy(pair.first(), group);
    Attachment second = copy(pair.second(), group);
    long ofFirst = PairWriter.read(mooring.node1().vm(), first);
    long ofSecond = PairWriter.read(mooring.node1().vm(), second);
    assertThat(ofFirst).isBetween(ofSecond, ofSecond + 1);
    remove(new Pair(first, second));
    return ofSecond;
  }

  private Attachment copy(Attachment origin, VolumeGroupSnapshot group) {
    Snapshot snapshot =
        group.getSnapshotsList().stream()
            .filter(one -> one.getSourceVolumeId().equals(origin.volume().getVolumeId()))
            .findFirst()
            .orElseThrow();
    VolumeSpec wanted = spec("copy-" + snapshot.getSnapshotId().substring(0, 24));
    return mooring.attach(
        mooring.controller().createFrom(wanted, snapshot), wanted.kind(), mooring.node1());
  }

  /** Nothing but the agent lets the volumes go on, and with them whoever writes. */
  @Tag("long")
  @Test
  void volumesThatADyingAgentHeldStillGoOnWhenItIsBack() {
    ControllerClient controller = mooring.controller();
    Inventory before = mooring.inventory();
    Pair pair = provision("held");
    PairWriter writer = PairWriter.start(mooring.node1().vm(), pair.first(), pair.second());

    Deaths.dyingAt(
        mooring.agent().unit(),
        "agent.group.after-suspend",
        () -> controller.group("held", pair.ids()));

    writer.awaitProgress();
    writer.finish();
    VolumeGroupSnapshot group = controller.group("held", pair.ids());
    assertThat(numberOf(pair, group)).isPositive();
    controller.deleteGroup(group);
    remove(pair);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("lab")
  @Test
  void aMemberIsAnOrdinarySnapshotThatGoesOnlyWithItsGroup() {
    ControllerClient controller = mooring.controller();
    Inventory before = mooring.inventory();
    String first = controller.create(spec("member-first")).getVolumeId();
    String second = controller.create(spec("member-second")).getVolumeId();
    VolumeGroupSnapshot group = controller.group("member", first, second);
    Snapshot member = controller.snapshots(first).getFirst();

    mooring.restartAgent();

    assertThat(group.getSnapshotsList()).contains(member);
    assertThat(member.getGroupSnapshotId()).isEqualTo(group.getGroupSnapshotId());
    assertThat(Calls.code(() -> controller.deleteSnapshot(member.getSnapshotId())))
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    controller.delete(first);
    controller.delete(second);
    assertThat(controller.getGroup(group)).isEqualTo(group);
    controller.deleteGroup(group);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }

  @Tag("long")
  @Test
  void volumesThatCannotBeHeldStillTogetherAreRefused() {
    ControllerClient controller = mooring.controller();
    Inventory before = mooring.inventory();
    String thin = controller.create(spec("refused-thin")).getVolumeId();
    String file =
        controller
            .create(VolumeSpec.of("refused-file", AgentHost.FILE, VolumeKind.BLOCK))
            .getVolumeId();

    assertThat(Calls.code(() -> controller.group("refused", thin, file)))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(Calls.code(() -> controller.group("refused", file)))
        .isEqualTo(Status.Code.FAILED_PRECONDITION);

    controller.delete(thin);
    controller.delete(file);
    assertThat(Leftovers.since(before, mooring)).isEmpty();
  }
}
