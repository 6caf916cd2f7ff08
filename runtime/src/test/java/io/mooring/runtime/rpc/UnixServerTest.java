package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.mooring.csi.v1.GetPluginInfoRequest;
import io.mooring.csi.v1.IdentityGrpc;
import io.mooring.csi.v1.NodeGrpc;
import io.mooring.csi.v1.NodePublishVolumeRequest;
import io.mooring.csi.v1.NodeStageVolumeRequest;
import io.mooring.csi.v1.ProbeRequest;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.metrics.Metrics;
import io.mooring.runtime.time.Deadline;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixServerTest {
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  @TempDir Path directory;

  private final Probes probes = new Probes();
  private Path socket;
  private RpcServer server;
  private ManagedChannel channel;
  private RecordedLog log;

  @BeforeEach
  void start() {
    log = new RecordedLog(CallLog.class);
    socket = directory.resolve("made/csi.sock");
    server = newServer().start();
    channel = Channels.unix(socket);
  }

  @AfterEach
  void stop() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server.close();
    log.close();
  }

  private RpcServer newServer() {
    return RpcServer.unix(
        socket, List.of(probes.identity, probes.node), new CallLog("mooring-test", new Metrics()));
  }

  private IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  private String ask() {
    return identity().getPluginInfo(GetPluginInfoRequest.getDefaultInstance()).getName();
  }

  private static Status statusOf(ThrowingCallable call) {
    AtomicReference<Status> status = new AtomicReference<>(Status.OK);
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StatusRuntimeException.class, e -> status.set(e.getStatus()));
    return status.get();
  }

  @Test
  void callsAreAnsweredAndOnlyTheOwnerMayConnect() throws Exception {
    assertThat(ask()).isEqualTo("csi.example");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    assertThat(server.port()).isEqualTo(-1);
  }

  @Test
  void theHealthServiceIsThere() {
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(ServingStatus.SERVING);
  }

  @Test
  void aFailureBecomesItsKindAndItsSentence() {
    for (Kind kind : Kind.values()) {
      probes.pluginName.set(() -> {
        throw new Failure(kind, "the sentence of " + kind);
      });

      Status status = statusOf(this::ask);

      assertThat(status.getCode().name()).isEqualTo(kind.name());
      assertThat(status.getDescription()).isEqualTo("the sentence of " + kind);
    }
  }

  @Test
  void anUnexpectedExceptionIsHiddenBehindAnIncidentThatTheLogHas() {
    try (RecordedLog incidents = new RecordedLog(Incident.class)) {
      IllegalStateException thrown = new IllegalStateException("password is hunter2");
      probes.pluginName.set(() -> {
        throw thrown;
      });

      Status status = statusOf(this::ask);

      assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
      assertThat(status.getDescription())
          .matches("unexpected error, incident [0-9a-f]{8}; see the log of mooring-test");
      String incident =
          String.valueOf(status.getDescription()).replaceAll(".*incident ([0-9a-f]{8}).*", "$1");
      assertThat(incidents.lines()).containsExactly("SEVERE incident " + incident);
      assertThat(incidents.records().getFirst().getThrown()).isSameAs(thrown);
    }
  }

  @Test
  void theCauseOfAnInternalFailureIsInTheLog() {
    try (RecordedLog log = new RecordedLog(Unary.class)) {
      IllegalStateException cause = new IllegalStateException("the cause");
      probes.pluginName.set(() -> {
        throw Failure.internal("it failed unexpectedly; see the log", cause);
      });

      statusOf(this::ask);

      assertThat(log.lines()).containsExactly("SEVERE it failed unexpectedly; see the log");
      assertThat(log.records().getFirst().getThrown()).isSameAs(cause);
    }
  }

  @Test
  void whatEscapesFromAServiceIsAnIncidentToo() {
    try (RecordedLog incidents = new RecordedLog(Incident.class)) {
      probes.staging.set(() -> {
        throw new NullPointerException("nothing there");
      });

      Status status =
          statusOf(() ->
              NodeGrpc.newBlockingStub(channel)
                  .nodeStageVolume(NodeStageVolumeRequest.getDefaultInstance()));

      assertThat(status.getDescription()).contains("incident").contains("mooring-test");
      assertThat(incidents.records()).hasSize(1);
    }
  }

  @Test
  void aCallThatNobodyOffersIsUnimplemented() {
    assertThat(
            statusOf(() ->
                    NodeGrpc.newBlockingStub(channel)
                        .nodePublishVolume(NodePublishVolumeRequest.getDefaultInstance()))
                .getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
  }

  @Test
  void theCallersDeadlineIsTheWorksDeadlineLessTheReserve() {
    AtomicReference<Duration> left = new AtomicReference<>(Duration.ZERO);
    probes.pluginName.set(() -> {
      Deadline deadline = CallDeadline.current(Duration.ofHours(1), Duration.ofSeconds(5));
      left.set(deadline.remaining());
      return "x";
    });

    ask();
    assertThat(left.get()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(15));

    assertThat(
            IdentityGrpc.newBlockingStub(channel)
                .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
                .getName())
        .isEqualTo("x");
    assertThat(left.get()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
  }

  @Test
  void aLiveServerIsNotPushedAside() {
    assertThatThrownBy(() -> newServer().start())
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.FAILED_PRECONDITION))
        .hasMessageContaining("another process serves " + socket);
    assertThat(ask()).isEqualTo("csi.example");
  }

  @Test
  void aStaleSocketIsReplaced() throws Exception {
    server.close();
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(socket));
    }
    assertThat(socket).exists();

    server = newServer().start();

    await().untilAsserted(() -> assertThat(ask()).isEqualTo("csi.example"));
  }

  @Test
  void aSocketThatSomebodyHasRemovedOrReplacedIsTold() throws Exception {
    assertThat(newServer().trouble()).as("before it serves").isEmpty();
    assertThat(server.trouble()).isEmpty();

    Files.delete(socket);
    assertThat(server.trouble()).hasValueSatisfying(said -> assertThat(said).contains("" + socket));

    Files.writeString(socket, "another file");
    assertThat(server.trouble()).isPresent();
    Files.delete(socket);
  }

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    server.close();
    Files.writeString(socket, "precious");

    assertThatThrownBy(() -> newServer().start()).hasMessageContaining("is no socket");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void aPathThatIsTooLongForASocketIsRefused() {
    Path longPath = directory.resolve("x".repeat(120));

    assertThatThrownBy(
            () -> RpcServer.unix(longPath, List.of(), new CallLog("x", new Metrics())).start())
        .isInstanceOf(Failure.class)
        .hasMessageContaining("107 bytes");
  }

  @Test
  void closingLetsTheCallUnderWayFinishAndRemovesTheSocket() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    probes.pluginName.set(() -> {
      begun.countDown();
      awaitQuietly(mayEnd);
      return "finished";
    });
    CompletableFuture<String> call = CompletableFuture.supplyAsync(this::ask, THREADS);
    begun.await();

    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close, THREADS);
    await()
        .until(() -> {
          ManagedChannel late = Channels.unix(socket);
          try {
            IdentityGrpc.newBlockingStub(late)
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .probe(ProbeRequest.getDefaultInstance());
            return false;
          } catch (StatusRuntimeException e) {
            return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
          } finally {
            late.shutdownNow();
          }
        });
    assertThat(closing).isNotDone();
    mayEnd.countDown();

    assertThat(call.get()).isEqualTo("finished");
    closing.get();
    assertThat(socket).doesNotExist();
  }

  @Test
  void aServerThatComesBackIsReachedByTheNextCalls() {
    assertThat(ask()).isEqualTo("csi.example");
    server.close();
    assertThat(statusOf(this::ask).getCode()).isEqualTo(Status.Code.UNAVAILABLE);

    server = newServer().start();

    await().ignoreExceptions().until(() -> ask().equals("csi.example"));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
