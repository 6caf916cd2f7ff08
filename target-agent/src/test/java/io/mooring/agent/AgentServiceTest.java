package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.agent.v1.AgentGrpc;
import io.mooring.agent.v1.Backend;
import io.mooring.agent.v1.Chap;
import io.mooring.agent.v1.CreateVolumeRequest;
import io.mooring.agent.v1.DeleteVolumeRequest;
import io.mooring.agent.v1.FreedLun;
import io.mooring.agent.v1.GetTargetRequest;
import io.mooring.agent.v1.GetVolumeRequest;
import io.mooring.agent.v1.KnownNode;
import io.mooring.agent.v1.ListNodesRequest;
import io.mooring.agent.v1.ListNodesResponse;
import io.mooring.agent.v1.ListVolumesRequest;
import io.mooring.agent.v1.ListVolumesResponse;
import io.mooring.agent.v1.ModifyVolumeRequest;
import io.mooring.agent.v1.Node;
import io.mooring.agent.v1.Publication;
import io.mooring.agent.v1.PublishVolumeRequest;
import io.mooring.agent.v1.ReleaseLunsRequest;
import io.mooring.agent.v1.SetNodeChapRequest;
import io.mooring.agent.v1.Target;
import io.mooring.agent.v1.UnpublishVolumeRequest;
import io.mooring.agent.v1.Volume;
import io.mooring.agent.v1.VolumeLimits;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.operation.Operations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API as a controller sees it. */
class AgentServiceTest {
  private static final Node NODE =
      Node.newBuilder().setName("worker1").setUuid(World.NODE_1).build();

  @TempDir Path state;
  private World world;
  private Operations operations;
  private Server server;
  private ManagedChannel channel;
  private AgentGrpc.AgentBlockingStub agent;

  @BeforeEach
  void serve() throws IOException {
    world = new World(state);
    operations = new Operations("test");
    StorageHost host = world.host();
    Messages messages = new Messages(world.config().target(), world.config().portals());
    TargetStatus status =
        new TargetStatus(
            "san1", "1", messages, host.pools(), host.records(), new PoolMetrics(new Metrics()));
    AgentService service =
        new AgentService(
            status,
            host.volumes(),
            host.growth(),
            host.modification(),
            host.exports(),
            host.access(),
            host.health(),
            messages,
            operations);
    server = InProcessServerBuilder.forName(state.toString()).addService(service).build().start();
    channel = InProcessChannelBuilder.forName(state.toString()).build();
    agent = AgentGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    operations.close();
  }

  private static void assertCode(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(thrown -> ((StatusRuntimeException) thrown).getStatus().getCode())
        .isEqualTo(code);
  }

  private Volume create(String name) {
    return agent
        .createVolume(
            CreateVolumeRequest.newBuilder()
                .setCluster("lab")
                .setName(name)
                .setPool("fast")
                .setRequiredBytes(5 << 20)
                .build())
        .getVolume();
  }

  private Publication publish(String serial, Node node) {
    return agent
        .publishVolume(
            PublishVolumeRequest.newBuilder()
                .setCluster("lab")
                .setSerial(serial)
                .setNode(node)
                .build())
        .getPublication();
  }

  private Volume bySerial(String serial) {
    return agent
        .getVolume(GetVolumeRequest.newBuilder().setCluster("lab").setSerial(serial).build())
        .getVolume();
  }

  @Test
  void limitsComeBackWithTheirRevision() {
    String serial = create("pvc-1").getSerial();
    assertThat(bySerial(serial).hasLimits()).isFalse();
    VolumeLimits limits = VolumeLimits.newBuilder().setReadIops(100).setRevision(17).build();

    Volume modified = modify(serial, limits);

    assertThat(modified.getLimits()).isEqualTo(limits.toBuilder().setRevision(1).build());
    assertThat(bySerial(serial)).isEqualTo(modified);
    assertThat(modify(serial, limits)).isEqualTo(modified);
    VolumeLimits negative = VolumeLimits.newBuilder().setWriteBytesPerSecond(-1).build();
    assertCode(Status.Code.INVALID_ARGUMENT, () -> modify(serial, negative));
    assertCode(Status.Code.NOT_FOUND, () -> modify("0".repeat(32), limits));
  }

  private Volume modify(String serial, VolumeLimits limits) {
    return agent
        .modifyVolume(
            ModifyVolumeRequest.newBuilder()
                .setCluster("lab")
                .setSerial(serial)
                .setLimits(limits)
                .build())
        .getVolume();
  }

  @Test
  void aVolumeLivesFromCreateToDelete() {
    Volume volume = create("pvc-1");
    assertThat(volume.getSizeBytes()).isEqualTo(8 << 20);
    assertThat(volume.getWwid()).isEqualTo("36001405" + volume.getSerial().substring(0, 25));

    Publication publication = publish(volume.getSerial(), NODE);
    assertThat(publication.getPathsList())
        .singleElement()
        .satisfies(path -> {
          assertThat(path.getLun()).isEqualTo(1);
          assertThat(path.getTpgt()).isEqualTo(1);
          assertThat(path.getIqn()).startsWith("iqn.2026-01.io.mooring:san1.");
          assertThat(path.getPortalsList())
              .extracting(portal -> portal.getAddress() + ":" + portal.getPort())
              .containsExactly("192.0.2.1:3260", "198.51.100.1:3260");
        });
    assertThat(bySerial(volume.getSerial()).getPublicationsList()).containsExactly(publication);

    assertCode(
        Status.Code.FAILED_PRECONDITION, () -> agent.deleteVolume(delete(volume.getSerial())));
    agent.unpublishVolume(unpublish(volume.getSerial(), NODE));
    agent.unpublishVolume(unpublish(volume.getSerial(), Node.getDefaultInstance()));
    agent.deleteVolume(delete(volume.getSerial()));
    agent.deleteVolume(delete(volume.getSerial()));
    assertCode(Status.Code.NOT_FOUND, () -> bySerial(volume.getSerial()));
  }

  private static DeleteVolumeRequest delete(String serial) {
    return DeleteVolumeRequest.newBuilder().setCluster("lab").setSerial(serial).build();
  }

  private static UnpublishVolumeRequest unpublish(String serial, Node node) {
    return UnpublishVolumeRequest.newBuilder()
        .setCluster("lab")
        .setSerial(serial)
        .setNode(node)
        .build();
  }

  @Test
  void anIdThatCannotExistIsNotFoundAndGoneAlready() {
    assertCode(Status.Code.NOT_FOUND, () -> bySerial("no-serial"));
    assertCode(Status.Code.NOT_FOUND, () -> publish("no-serial", NODE));
    agent.deleteVolume(delete("no-serial"));
    agent.unpublishVolume(unpublish("no-serial", NODE));
  }

  @Test
  void incompleteRequestsAreRefused() {
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> agent.createVolume(CreateVolumeRequest.getDefaultInstance()));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> create(""));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> create("€".repeat(43)));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> agent.deleteVolume(delete("")));
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> agent.getVolume(GetVolumeRequest.newBuilder().setCluster("lab").build()));
    String serial = create("pvc").getSerial();
    assertCode(
        Status.Code.INVALID_ARGUMENT, () -> publish(serial, NODE.toBuilder().setUuid("X").build()));
    assertCode(
        Status.Code.INVALID_ARGUMENT, () -> publish(serial, NODE.toBuilder().clearName().build()));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> bySerial(""));
  }

  @Test
  void aVolumeIsFoundByName() {
    Volume volume = create("pvc ü");

    assertThat(
            agent
                .getVolume(GetVolumeRequest.newBuilder().setCluster("lab").setName("pvc ü").build())
                .getVolume())
        .isEqualTo(volume);
  }

  @Test
  void volumesAreListedInPages() {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(create("pvc-" + i).getSerial());
    }
    all.sort(null);

    List<String> listed = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      ListVolumesResponse page =
          agent.listVolumes(
              ListVolumesRequest.newBuilder()
                  .setCluster("lab")
                  .setMaxEntries(2)
                  .setAfterSerial(after)
                  .build());
      page.getVolumesList().forEach(volume -> listed.add(volume.getSerial()));
      after = listed.getLast();
      more = page.getMore();
    }

    assertThat(listed).isEqualTo(all);
    assertThat(
            agent
                .listVolumes(ListVolumesRequest.newBuilder().setCluster("lab").build())
                .getVolumesCount())
        .isEqualTo(5);
  }

  @Test
  void theTargetTellsOfEachPoolAndOfItsTroubles() {
    create("pvc");
    world.second.isAbsent(Failure.unavailable("its disk is missing"));

    Target target = agent.getTarget(GetTargetRequest.getDefaultInstance()).getTarget();

    assertThat(target.getName()).isEqualTo("san1");
    assertThat(target.getPortalsCount()).isEqualTo(2);
    assertThat(target.getPools(0).getBackend()).isEqualTo(Backend.BACKEND_THIN);
    assertThat(target.getPools(0).getAvailableBytes()).isEqualTo(1016 * World.MIB);
    assertThat(target.getPools(0).getRefusal()).isEmpty();
    assertThat(target.getPools(0).hasUsedRatio()).isTrue();
    assertThat(target.getPools(1).hasUsedRatio()).isFalse();
    assertThat(target.getPools(1).getRefusal()).contains("its disk is missing");
    assertThat(target.getPools(1).getAvailableBytes()).isZero();
  }

  @Test
  void aNodeIsMadeToProveItselfAndNobodyIsToldHow() {
    Volume volume = create("pvc");
    PublishVolumeRequest.Builder publish =
        PublishVolumeRequest.newBuilder()
            .setCluster(World.CLUSTER)
            .setSerial(volume.getSerial())
            .setNode(NODE);
    assertThat(agent.publishVolume(publish.build()).getChap()).isFalse();
    assertThat(agent.publishVolume(publish.setChap(chap(4)).build()).getChap()).isTrue();
    SetNodeChapRequest.Builder set =
        SetNodeChapRequest.newBuilder().setCluster(World.CLUSTER).setNode(NODE);
    var _ = agent.setNodeChap(set.setChap(chap(5)).build());
    ListNodesResponse nodes =
        agent.listNodes(ListNodesRequest.newBuilder().setCluster(World.CLUSTER).build());
    assertThat(nodes.getNodesList())
        .containsExactly(KnownNode.newBuilder().setNode(NODE).setChapRevision(5).build());
    var _ = agent.setNodeChap(set.setNoneSinceRevision(6).build());
    assertThat(agent.publishVolume(publish.clearChap().build()).getChap()).isFalse();
    assertCode(Status.Code.ABORTED, () -> agent.publishVolume(publish.setChap(chap(5)).build()));
  }

  private static Chap chap(int revision) {
    return Chap.newBuilder()
        .setUser("anna")
        .setPassword("correct-horse-" + revision)
        .setRevision(revision)
        .build();
  }

  @Test
  void chapThatCannotBeIsRefused() {
    SetNodeChapRequest.Builder set =
        SetNodeChapRequest.newBuilder().setCluster(World.CLUSTER).setNode(NODE);
    assertCode(Status.Code.INVALID_ARGUMENT, () -> agent.setNodeChap(set.build()));
    assertCode(
        Status.Code.INVALID_ARGUMENT,
        () -> agent.setNodeChap(set.setChap(chap(1).toBuilder().setPassword("short")).build()));
    assertCode(Status.Code.NOT_FOUND, () -> agent.setNodeChap(set.setChap(chap(1)).build()));
  }

  @Test
  void aNodesWordEndsWhatItsNumbersWaitFor() {
    Volume volume = create("pvc");
    var _ =
        agent.publishVolume(
            PublishVolumeRequest.newBuilder()
                .setCluster(World.CLUSTER)
                .setSerial(volume.getSerial())
                .setNode(NODE)
                .build());
    var _ =
        agent.unpublishVolume(
            UnpublishVolumeRequest.newBuilder()
                .setCluster(World.CLUSTER)
                .setSerial(volume.getSerial())
                .setNode(NODE)
                .build());
    FreedLun freed = node().getFreed(0);
    assertThat(freed.getLun()).isOne();
    assertThat(freed.getSerial()).isEqualTo(volume.getSerial());
    assertThat(freed.getIqn())
        .isEqualTo(world.config().target().target(World.CLUSTER, World.NODE_1));

    ReleaseLunsRequest.Builder word =
        ReleaseLunsRequest.newBuilder()
            .setCluster(World.CLUSTER)
            .setNode(NODE)
            .setAnswers(true)
            .addFreed(freed);
    var _ = agent.releaseLuns(word.build());

    assertThat(node().getFreedList()).isEmpty();
    assertThat(node().getAnswers()).isTrue();
    assertCode(Status.Code.NOT_FOUND, () -> agent.releaseLuns(word.setCluster("another").build()));
  }

  private KnownNode node() {
    return agent
        .listNodes(ListNodesRequest.newBuilder().setCluster(World.CLUSTER).build())
        .getNodes(0);
  }
}
