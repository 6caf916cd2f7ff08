package io.mooring.controller.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.mooring.controller.path.Attachment;
import io.mooring.controller.path.Attachments;
import io.mooring.controller.path.PathState;
import io.mooring.controller.volume.NodeId;
import io.mooring.controller.volume.VolumeId;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Hello;
import io.mooring.link.v1.Holdings;
import io.mooring.link.v1.Limits;
import io.mooring.link.v1.NodeLinkGrpc;
import io.mooring.link.v1.NodeMessage;
import io.mooring.link.v1.PathReport;
import io.mooring.link.v1.PathStatus;
import io.mooring.link.v1.PathStatus.State;
import io.mooring.link.v1.VolumePaths;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LinkServiceTest {
  private static final String UUID_1 = "/11111111-1111-4111-8111-111111111111";
  private static final String VOLUME = "san-a/" + "ab".repeat(16);
  private static final ControllerMessage ORDER =
      ControllerMessage.newBuilder().setLimits(Limits.getDefaultInstance()).build();

  private final String name = UUID.randomUUID().toString();
  private final Links links = new Links();
  private final Map<String, String> tokens = Map.of("token-1", "worker1", "token-2", "worker2");
  private volatile boolean leads = true;
  private volatile boolean losesLeadMeanwhile;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    server =
        InProcessServerBuilder.forName(name)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .addService(LinkService.of(this::nodeOf, links, () -> leads))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(name).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private String nodeOf(String token) {
    String node = tokens.get(token);
    leads &= !losesLeadMeanwhile;
    if (node == null) {
      throw new Failure(Kind.PERMISSION_DENIED, "the token is no node's");
    }
    return node;
  }

  /** A node plugin's side of one stream. */
  private final class Stream implements StreamObserver<ControllerMessage> {
    private final List<ControllerMessage> heard = new CopyOnWriteArrayList<>();
    private final AtomicReference<Status> end = new AtomicReference<>();
    private final StreamObserver<NodeMessage> up;

    private Stream(String token) {
      Metadata metadata = new Metadata();
      metadata.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      up =
          NodeLinkGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
              .link(this);
    }

    private Stream hello(String nodeId) {
      up.onNext(NodeMessage.newBuilder().setHello(Hello.newBuilder().setNodeId(nodeId)).build());
      return this;
    }

    private Stream holds(String... volumes) {
      up.onNext(
          NodeMessage.newBuilder()
              .setHoldings(Holdings.newBuilder().addAllVolumeIds(List.of(volumes)))
              .build());
      return this;
    }

    private Stream reports(VolumePaths.Builder... volumes) {
      PathReport.Builder report = PathReport.newBuilder();
      List.of(volumes).forEach(report::addVolumes);
      up.onNext(NodeMessage.newBuilder().setPaths(report).build());
      return this;
    }

    private Stream welcomed() {
      await().until(() -> heard.stream().anyMatch(ControllerMessage::hasWelcome));
      return this;
    }

    private Status end() {
      await().until(() -> end.get() != null);
      return end.get();
    }

    @Override
    public void onNext(ControllerMessage message) {
      heard.add(message);
    }

    @Override
    public void onError(Throwable thrown) {
      end.set(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
      end.set(Status.OK);
    }
  }

  private static VolumeId volume() {
    return VolumeId.parse(VOLUME).orElseThrow();
  }

  @Test
  void onlyTheReplicaThatLeadsHasStreams() {
    Stream taken = new Stream("token-1").hello("worker1" + UUID_1).welcomed();
    leads = false;
    links.dismiss();
    assertThat(taken.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    Stream late = new Stream("token-1").hello("worker1" + UUID_1);
    assertThat(late.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(links.all()).isEmpty();
  }

  @Test
  void whoCeasesToLeadWhileATokenIsLookedAtKeepsNoStream() {
    losesLeadMeanwhile = true;
    Stream late = new Stream("token-1").hello("worker1" + UUID_1);
    assertThat(late.end().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(links.all()).isEmpty();
  }

  @Test
  void aNodeWithItsTokenIsWelcomeAndIsFoundByWhatItHolds() {
    new Stream("token-1").hello("worker1" + UUID_1).holds(VOLUME, "not an id").welcomed();

    await().until(() -> links.holding(volume()).size() == 1);
    assertThat(links.count()).isOne();
    assertThat(links.holding(volume()).getFirst().id()).hasToString("worker1" + UUID_1);
  }

  @Test
  void whatTheControllerTellsANodeReachesIt() {
    Stream node = new Stream("token-1").hello("worker1" + UUID_1).welcomed();

    await().until(() -> links.of("worker1").isPresent());
    links.of("worker1").orElseThrow().tell(ORDER);

    await().until(() -> node.heard.contains(ORDER));
  }

  @Test
  void aTokenDoesNotSpeakForAnotherNode() {
    Stream thief = new Stream("token-2").hello("worker1" + UUID_1);

    assertThat(thief.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(thief.end().getDescription())
        .isEqualTo(
            "the token is that of node worker2, and does not speak for worker1%s; give each node its own"
                .formatted(UUID_1));
    assertThat(links.count()).isZero();
  }

  @Test
  void aStrangerLearnsNothing() {
    assertThat(new Stream("guess").hello("worker1" + UUID_1).end().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(links.count()).isZero();
  }

  @Test
  void withoutATokenThereIsNoStream() {
    AtomicReference<Status> end = new AtomicReference<>();
    NodeLinkGrpc.newStub(channel)
        .link(
            new StreamObserver<>() {
              @Override
              public void onNext(ControllerMessage message) {
                throw new AssertionError("told " + message);
              }

              @Override
              public void onError(Throwable thrown) {
                end.set(Status.fromThrowable(thrown));
              }

              @Override
              public void onCompleted() {
                end.set(Status.OK);
              }
            });

    await().until(() -> end.get() != null);
    assertThat(end.get().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void whoeverSaysWhatItHoldsBeforeWhoItIsIsRefused() {
    assertThat(new Stream("token-1").holds(VOLUME).end().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aNewerStreamOfANodeTakesOverFromTheOlder() {
    Stream older = new Stream("token-1").hello("worker1" + UUID_1).welcomed();
    new Stream("token-1").hello("worker1" + UUID_1).holds(VOLUME).welcomed();

    assertThat(older.end().getCode()).isEqualTo(Status.Code.ABORTED);
    await().until(() -> links.holding(volume()).size() == 1);
    assertThat(links.count()).isOne();
  }

  @Test
  void aNodeThatGoesIsForgotten() {
    Stream node = new Stream("token-1").hello("worker1" + UUID_1).welcomed();
    node.up.onCompleted();

    assertThat(node.end().isOk()).isTrue();
    await().until(() -> links.count() == 0);
  }

  @Test
  void listenersHearOfNodesAndOfWhatTheyHold() {
    List<String> heard = new CopyOnWriteArrayList<>();
    links.listener(
        new LinkListener() {
          @Override
          public void joined(LinkedNode node) {
            heard.add("joined " + node.id().name());
          }

          @Override
          public void holds(LinkedNode node) {
            heard.add("holds " + node.holdings());
          }
        });
    new Stream("token-1").hello("worker1" + UUID_1).holds(VOLUME).holds();

    await().until(() -> heard.size() == 3);
    assertThat(heard).containsExactly("joined worker1", "holds [" + VOLUME + "]", "holds []");
  }

  /** Writes down what is to be shown. */
  private static final class Shown implements Attachments {
    private final List<String> nodes = new CopyOnWriteArrayList<>();
    private final List<Attachment> attachments = new CopyOnWriteArrayList<>();

    @Override
    public void report(String node, List<Attachment> all) {
      attachments.addAll(all);
      nodes.add(node + " " + all.size());
    }

    @Override
    public void left(String node) {
      nodes.add(node + " left");
    }

    @Override
    public void close() {}
  }

  private static VolumePaths.Builder paths() {
    return VolumePaths.newBuilder()
        .setVolumeId(VOLUME)
        .setWwid("3" + "6".repeat(32))
        .setMap("dm-3")
        .setExpected(2)
        .addPaths(
            PathStatus.newBuilder()
                .setPortal("192.0.2.1:3260")
                .setDevice("sdb")
                .setSession(4)
                .setState(State.READY))
        .addPaths(PathStatus.newBuilder().setPortal("[fd00::1]:3260").setState(State.MISSING));
  }

  @Test
  void whatANodeSaysOfItsPathsIsShownUnderItsNameUntilItGoes() {
    Shown shown = new Shown();
    PathFeed.from(links, shown);
    Stream node = new Stream("token-1").hello("worker1" + UUID_1).reports(paths()).reports();
    node.up.onCompleted();

    await().until(() -> shown.nodes.size() == 3);
    assertThat(shown.nodes).containsExactly("worker1 1", "worker1 0", "worker1 left");
    assertThat(shown.attachments)
        .containsExactly(
            new Attachment(
                volume(),
                "3" + "6".repeat(32),
                "dm-3",
                2,
                List.of(
                    new PathState("192.0.2.1:3260", "sdb", 4, PathState.State.READY),
                    new PathState("[fd00::1]:3260", "", 0, PathState.State.MISSING)),
                Optional.empty(),
                List.of(),
                0));
  }

  @Test
  void aThiefsWordsAboutPathsAreNotShown() {
    Shown shown = new Shown();
    PathFeed.from(links, shown);

    assertThat(new Stream("token-2").hello("worker1" + UUID_1).reports(paths()).end().getCode())
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(new Stream("token-2").reports(paths()).end().getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(shown.nodes).isEmpty();
  }

  @Test
  void aStreamThatWasReplacedSpeaksNoMore() {
    Shown shown = new Shown();
    PathFeed.from(links, shown);
    LinkedNode older = linked();
    LinkedNode newer = linked();
    links.join(older);
    links.join(newer);

    links.reports(older, List.of());
    links.leave(older);
    assertThat(shown.nodes).isEmpty();

    links.reports(newer, List.of());
    assertThat(shown.nodes).containsExactly("worker1 0");
  }

  private static LinkedNode linked() {
    return new LinkedNode(
        NodeId.parse("worker1" + UUID_1).orElseThrow(),
        "boot",
        true,
        new StreamObserver<>() {
          @Override
          public void onNext(ControllerMessage message) {}

          @Override
          public void onError(Throwable thrown) {}

          @Override
          public void onCompleted() {}
        });
  }
}
