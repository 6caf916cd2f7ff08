package io.mooring.node.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Failover;
import io.mooring.link.v1.Hello;
import io.mooring.link.v1.Limits;
import io.mooring.link.v1.LunAddress;
import io.mooring.link.v1.LunAnswer;
import io.mooring.link.v1.LunQuestion;
import io.mooring.link.v1.NodeLinkGrpc;
import io.mooring.link.v1.NodeMessage;
import io.mooring.link.v1.PathReport;
import io.mooring.link.v1.PathStatus.State;
import io.mooring.link.v1.Welcome;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.TargetPortal;
import io.mooring.node.status.PathStatus;
import io.mooring.node.status.VolumePaths;
import io.mooring.node.volume.Pod;
import io.mooring.node.volume.VolumeId;
import io.mooring.runtime.claim.Claim;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.rpc.CallLog;
import io.mooring.runtime.rpc.RpcServer;
import io.mooring.runtime.rpc.TestCertificates;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ControllerLinkTest {
  private static final TestCertificates AUTHORITY = TestCertificates.authority("mooring test");
  private static final Hello HELLO = Hello.newBuilder().setNodeId("worker1/uuid").build();
  private static final ControllerMessage WELCOME =
      ControllerMessage.newBuilder().setWelcome(Welcome.getDefaultInstance()).build();
  private static final ControllerMessage ORDER =
      ControllerMessage.newBuilder().setLimits(Limits.getDefaultInstance()).build();

  @TempDir Path directory;
  private final Controller controller = new Controller();
  private final Set<String> held = new ConcurrentSkipListSet<>();
  private final AtomicInteger noThreads = new AtomicInteger();
  private volatile @Nullable List<VolumePaths> paths;
  private final List<ControllerMessage> orders = new CopyOnWriteArrayList<>();
  private TlsFiles files;
  private Path token;
  private RpcServer server;
  private ControllerLink link;

  /** Welcomes everybody, and remembers what it heard. */
  private static final class Controller extends NodeLinkGrpc.NodeLinkImplBase {
    private static final StreamObserver<NodeMessage> NOBODY =
        new StreamObserver<>() {
          @Override
          public void onNext(NodeMessage message) {}

          @Override
          public void onError(Throwable thrown) {}

          @Override
          public void onCompleted() {}
        };

    private final AtomicInteger refusals = new AtomicInteger();
    private final List<NodeMessage> heard = new CopyOnWriteArrayList<>();
    private final List<StreamObserver<ControllerMessage>> streams = new CopyOnWriteArrayList<>();

    @Override
    public StreamObserver<NodeMessage> link(StreamObserver<ControllerMessage> down) {
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        down.onError(Status.FAILED_PRECONDITION.withDescription("follower").asRuntimeException());
        return NOBODY;
      }
      streams.add(down);
      down.onNext(WELCOME);
      return new StreamObserver<>() {
        @Override
        public void onNext(NodeMessage message) {
          heard.add(message);
        }

        @Override
        public void onError(Throwable thrown) {
          streams.remove(down);
        }

        @Override
        public void onCompleted() {
          streams.remove(down);
        }
      };
    }

    private List<LunAnswer> answers() {
      return heard.stream().filter(NodeMessage::hasLuns).map(NodeMessage::getLuns).toList();
    }

    private List<PathReport> reports() {
      return heard.stream().filter(NodeMessage::hasPaths).map(NodeMessage::getPaths).toList();
    }

    private List<List<String>> holdings() {
      return heard.stream()
          .filter(NodeMessage::hasHoldings)
          .map(message -> List.copyOf(message.getHoldings().getVolumeIdsList()))
          .toList();
    }
  }

  @BeforeEach
  void start() throws IOException {
    files = AUTHORITY.issue(directory.resolve("controller"), "mooring-controller");
    token = Files.writeString(directory.resolve("token"), "the-token\n");
    server = serve(0);
    link =
        new ControllerLink(
            new LinkConfig(
                "127.0.0.1:" + server.port(), token, files.authority(), "mooring-controller"),
            HELLO,
            this::held,
            () -> Optional.ofNullable(paths),
            this::isFree,
            orders::add);
  }

  private Set<String> held() {
    if (noThreads.getAndDecrement() > 0) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    return held;
  }

  private boolean isFree(String iqn, int lun, String serial) {
    if (lun == 13) {
      throw Failure.invalidArgument("a serial that is none");
    }
    return !held.contains(iqn + " " + lun + " " + serial);
  }

  private RpcServer serve(int port) {
    return RpcServer.tls(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            files,
            Duration.ofMinutes(5),
            List.of(controller),
            new CallLog("mooring-controller", new Metrics()))
        .start();
  }

  @AfterEach
  void stop() {
    link.close();
    server.close();
  }

  @Test
  void itSaysHelloFirstAndThenWhatTheNodeHolds() {
    held.add("san-a/1");
    link.start();

    await().until(() -> controller.heard.size() == 2);
    assertThat(controller.heard.getFirst().getHello())
        .isEqualTo(HELLO.toBuilder().setAnswersLuns(true).build());
    assertThat(controller.holdings()).containsExactly(List.of("san-a/1"));
    await().until(link::isUp);
  }

  @Test
  void aHostWithoutAThreadLeftLinksAgainLater() {
    noThreads.set(1);
    held.add("san-a/1");
    link.start();

    await().until(() -> controller.holdings().equals(List.of(List.of("san-a/1"))));
  }

  @Test
  void aReplicaThatDoesNotLeadIsLeftForTheOther() {
    controller.refusals.set(2);
    link.start();
    await().atMost(Duration.ofSeconds(20)).until(link::isUp);
    assertThat(controller.refusals).hasValue(0);
  }

  @Test
  void aChangeIsToldOnceAndNoChangeIsNot() {
    link.start();
    await().until(() -> controller.holdings().size() == 1);

    link.poke();
    held.add("san-a/1");
    link.poke();
    link.poke();
    await().until(() -> controller.holdings().size() == 2);
    held.add("san-a/2");
    link.poke();

    await().until(() -> controller.holdings().size() == 3);
    assertThat(controller.holdings())
        .containsExactly(List.of(), List.of("san-a/1"), List.of("san-a/1", "san-a/2"));
  }

  private static List<VolumePaths> onePath(PathStatus.State state) {
    TargetPortal target = new TargetPortal("iqn.x", 1, Portal.parse("10.77.1.1:3260"));
    return List.of(
        new VolumePaths(
            new VolumeId("san-a", "ab".repeat(16)),
            Claim.NONE,
            List.of(new Pod("shop", "web-0", "0f1e2d3c-0000")),
            "dm-3",
            List.of(new PathStatus(target, "sdb", 4, state)),
            Optional.of(
                new io.mooring.node.status.Failover(
                    Instant.ofEpochSecond(100),
                    Optional.of(Duration.ofMillis(140)),
                    target.portal(),
                    "carrier")),
            0));
  }

  @Test
  void pathsAreToldOnceTheyHaveBeenLookedAtAndAfterEachChange() {
    link.start();
    await().until(() -> controller.holdings().size() == 1);
    link.poke();
    held.add("san-a/1");
    link.poke();
    await().until(() -> controller.holdings().size() == 2);
    assertThat(controller.reports()).isEmpty();

    paths = onePath(PathStatus.State.READY);
    link.poke();
    await().until(() -> controller.reports().size() == 1);
    link.poke();
    paths = onePath(PathStatus.State.FAILED);
    link.poke();

    await().until(() -> controller.reports().size() == 2);
    io.mooring.link.v1.VolumePaths told = controller.reports().getLast().getVolumes(0);
    assertThat(told.getVolumeId()).isEqualTo("san-a/" + "ab".repeat(16));
    assertThat(told.getWwid()).isEqualTo("36001405" + "ab".repeat(13).substring(0, 25));
    assertThat(told.getMap()).isEqualTo("dm-3");
    assertThat(told.getExpected()).isOne();
    assertThat(told.getPodsList())
        .containsExactly(
            io.mooring.link.v1.Pod.newBuilder()
                .setNamespace("shop")
                .setName("web-0")
                .setUid("0f1e2d3c-0000")
                .build());
    assertThat(told.getPaths(0).getPortal()).isEqualTo("10.77.1.1:3260");
    assertThat(told.getPaths(0).getDevice()).isEqualTo("sdb");
    assertThat(told.getPaths(0).getSession()).isEqualTo(4);
    assertThat(told.getPaths(0).getState()).isEqualTo(State.FAILED);
    Failover failover = told.getLastFailover();
    assertThat(failover.getAt()).isEqualTo(Timestamp.newBuilder().setSeconds(100).build());
    assertThat(failover.getTook())
        .isEqualTo(com.google.protobuf.Duration.newBuilder().setNanos(140_000_000).build());
    assertThat(failover.getReason()).isEqualTo("carrier");
  }

  @Test
  void ordersAreObeyedInTheirOrder() {
    link.start();
    await().until(() -> controller.streams.size() == 1);

    controller.streams.getFirst().onNext(ORDER);
    controller.streams.getFirst().onNext(ORDER);

    await().until(() -> orders.size() == 2);
    assertThat(orders).containsExactly(ORDER, ORDER);
  }

  @Test
  void itLinksAgainWhenTheControllerComesBackAndTellsEverythingAnew() {
    held.add("san-a/1");
    paths = onePath(PathStatus.State.READY);
    link.start();
    await().until(() -> controller.reports().size() == 1);
    paths = onePath(PathStatus.State.FAILED);
    int port = server.port();
    server.close();
    await().until(() -> !link.isUp());

    server = serve(port);

    await().atMost(Duration.ofSeconds(60)).until(() -> controller.holdings().size() == 2);
    assertThat(controller.holdings().getLast()).containsExactly("san-a/1");
    await().until(() -> controller.reports().size() == 2);
    assertThat(controller.reports().getLast().getVolumes(0).getPaths(0).getState())
        .isEqualTo(State.FAILED);
  }

  @Test
  void itWaitsForAnAuthorityThatComesLater() throws IOException {
    Path later = directory.resolve("later.crt");
    link =
        new ControllerLink(
                new LinkConfig("127.0.0.1:" + server.port(), token, later, "mooring-controller"),
                HELLO,
                () -> held,
                () -> Optional.ofNullable(paths),
                this::isFree,
                orders::add)
            .start();
    assertThat(link.isUp()).isFalse();

    Files.copy(files.authority(), later);

    await().atMost(Duration.ofSeconds(30)).until(link::isUp);
  }

  @Test
  void aServerOfAnotherNameIsNotTold() {
    link =
        new ControllerLink(
                new LinkConfig(
                    "127.0.0.1:" + server.port(), token, files.authority(), "somebody-else"),
                HELLO,
                () -> held,
                () -> Optional.ofNullable(paths),
                this::isFree,
                orders::add)
            .start();

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> controller.heard.isEmpty() && !link.isUp());
  }

  private static LunAddress lun(int number) {
    return LunAddress.newBuilder().setIqn("iqn.x").setLun(number).setSerial("ab").build();
  }

  @Test
  void itAnswersWhatIsFreeWhenItIsAsked() {
    held.add("iqn.x 7 ab");
    link.start();
    await().until(() -> controller.streams.size() == 1);
    ControllerMessage question =
        ControllerMessage.newBuilder()
            .setLuns(
                LunQuestion.newBuilder().setId(4).addLuns(lun(7)).addLuns(lun(8)).addLuns(lun(13)))
            .build();

    controller.streams.getFirst().onNext(question);
    await().until(() -> controller.answers().size() == 1);
    held.clear();
    controller.streams.getFirst().onNext(question);

    await().until(() -> controller.answers().size() == 2);
    assertThat(controller.answers())
        .containsExactly(
            LunAnswer.newBuilder().setId(4).addFree(lun(8)).build(),
            LunAnswer.newBuilder().setId(4).addFree(lun(7)).addFree(lun(8)).build());
    assertThat(orders).isEmpty();
  }
}
