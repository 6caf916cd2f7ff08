package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.mooring.csi.v1.BlockMetadata;
import io.mooring.csi.v1.GetMetadataAllocatedRequest;
import io.mooring.csi.v1.GetMetadataAllocatedResponse;
import io.mooring.csi.v1.SnapshotMetadataGrpc;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.metrics.Metrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stream of responses over a real socket. */
@Timeout(60)
class StreamedTest {
  private static final int MANY = 100_000;

  @TempDir Path directory;

  private final AtomicReference<Consumer<Streamed.Outlet<GetMetadataAllocatedResponse>>> work =
      new AtomicReference<>(outlet -> {});
  private final AtomicReference<Throwable> thrown = new AtomicReference<>();
  private final AtomicInteger sent = new AtomicInteger();
  private Duration patience = Duration.ofSeconds(30);
  private RpcServer server;
  private ManagedChannel channel;

  @BeforeEach
  void serve() {
    Path socket = directory.resolve("s");
    server =
        RpcServer.unix(
                socket,
                List.of(
                    new SnapshotMetadataGrpc.SnapshotMetadataImplBase() {
                      @Override
                      public void getMetadataAllocated(
                          GetMetadataAllocatedRequest request,
                          StreamObserver<GetMetadataAllocatedResponse> observer) {
                        Streamed.answer(observer, patience, StreamedTest.this::workAndRemember);
                      }
                    }),
                new CallLog("mooring-test", new Metrics()))
            .start();
    channel = Channels.unix(socket);
  }

  private void workAndRemember(Streamed.Outlet<GetMetadataAllocatedResponse> outlet) {
    try {
      work.get().accept(outlet);
    } catch (RuntimeException e) {
      thrown.set(e);
      throw e;
    }
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
  }

  private static GetMetadataAllocatedResponse message(int number) {
    return GetMetadataAllocatedResponse.newBuilder()
        .addAllBlockMetadata(
            Collections.nCopies(
                100, BlockMetadata.newBuilder().setByteOffset(number).setSizeBytes(1).build()))
        .build();
  }

  private void send(Streamed.Outlet<GetMetadataAllocatedResponse> outlet, int count) {
    for (int i = 0; i < count; i++) {
      outlet.send(message(i));
      sent.incrementAndGet();
    }
  }

  private Iterator<GetMetadataAllocatedResponse> call() {
    return SnapshotMetadataGrpc.newBlockingStub(channel)
        .getMetadataAllocated(GetMetadataAllocatedRequest.getDefaultInstance());
  }

  /** A caller that takes one response and then nothing. */
  private ClientCallStreamObserver<GetMetadataAllocatedRequest> callTakingOne() {
    AtomicReference<ClientCallStreamObserver<GetMetadataAllocatedRequest>> call =
        new AtomicReference<>();
    SnapshotMetadataGrpc.newStub(channel)
        .getMetadataAllocated(
            GetMetadataAllocatedRequest.getDefaultInstance(),
            new ClientResponseObserver<
                GetMetadataAllocatedRequest, GetMetadataAllocatedResponse>() {
              @Override
              public void beforeStart(ClientCallStreamObserver<GetMetadataAllocatedRequest> own) {
                own.disableAutoRequestWithInitial(1);
                call.set(own);
              }

              @Override
              public void onNext(GetMetadataAllocatedResponse value) {}

              @Override
              public void onError(Throwable t) {}

              @Override
              public void onCompleted() {}
            });
    return call.get();
  }

  @Test
  void everythingArrivesInOrder() {
    work.set(outlet -> send(outlet, 2000));

    Iterator<GetMetadataAllocatedResponse> responses = call();

    for (int i = 0; i < 2000; i++) {
      assertThat(responses.next()).isEqualTo(message(i));
    }
    assertThat(responses.hasNext()).isFalse();
  }

  @Test
  void aFailureInTheMiddleIsTheStatusAfterWhatWasSent() {
    work.set(outlet -> {
      send(outlet, 1);
      throw Failure.notFound("the rest is gone");
    });

    Iterator<GetMetadataAllocatedResponse> responses = call();

    assertThat(responses.next()).isEqualTo(message(0));
    assertThatThrownBy(responses::hasNext)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
              assertThat(e.getStatus().getDescription()).isEqualTo("the rest is gone");
            });
  }

  @Test
  void aSlowCallerHoldsTheWorkAndNotTheMemoryUntilItGoes() {
    work.set(outlet -> send(outlet, MANY));
    ClientCallStreamObserver<GetMetadataAllocatedRequest> call = callTakingOne();
    AtomicInteger before = new AtomicInteger(-1);
    await()
        .pollInterval(Duration.ofMillis(300))
        .until(() -> sent.get() > 0 && before.getAndSet(sent.get()) == sent.get());

    assertThat(sent.get()).isLessThan(MANY / 10);
    call.cancel("enough", null);

    await().until(() -> thrown.get() != null);
    assertThat(thrown.get()).isInstanceOf(Failure.class).hasMessage("the caller has gone");
  }

  @Test
  void aCallerThatTakesNothingIsGivenUp() {
    patience = Duration.ofMillis(300);
    work.set(outlet -> send(outlet, MANY));

    var _ = callTakingOne();

    await().until(() -> thrown.get() != null);
    assertThat(thrown.get()).hasMessageStartingWith("the caller has taken nothing for 0 s");
  }

  @Test
  void workThatSendsNothingCanAskWhetherItsCallerIsThere() {
    work.set(outlet -> {
      sent.incrementAndGet();
      while (true) {
        outlet.requireOpen();
        Thread.onSpinWait();
      }
    });
    ClientCallStreamObserver<GetMetadataAllocatedRequest> call = callTakingOne();
    await().until(() -> sent.get() == 1);

    call.cancel("enough", null);

    await().until(() -> thrown.get() != null);
    assertThat(thrown.get()).hasMessage("the caller has gone");
  }
}
