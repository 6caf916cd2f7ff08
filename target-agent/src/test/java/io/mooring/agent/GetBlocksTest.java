package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.agent.identity.Serial;
import io.mooring.agent.pool.Extent;
import io.mooring.agent.v1.GetBlocksRequest;
import io.mooring.agent.v1.GetBlocksResponse;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.runtime.operation.Operations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The blocks of snapshots as a controller sees them. */
class GetBlocksTest {
  private static final long SIZE = 8L << 20;

  @TempDir Path state;
  private World world;
  private Operations operations;
  private Server server;
  private ManagedChannel channel;
  private String base = "";
  private String later = "";
  private String other = "";

  @BeforeEach
  void serve() throws IOException {
    world = new World(state);
    Serial data = world.create("data").serial();
    base = world.snapshot(data, "base").serial().digits();
    later = world.snapshot(data, "later").serial().digits();
    other = world.snapshot(world.create("log").serial(), "other").serial().digits();
    operations = new Operations("test");
    server =
        InProcessServerBuilder.forName(state.toString())
            .addService(
                new SnapshotService(world.host().snapshots(), world.host().blocks(), operations))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(state.toString()).build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    operations.close();
  }

  private static GetBlocksRequest.Builder of(String serial) {
    return GetBlocksRequest.newBuilder().setCluster("lab").setSerial(serial);
  }

  private List<GetBlocksResponse> get(GetBlocksRequest.Builder request) {
    List<GetBlocksResponse> responses = new ArrayList<>();
    SnapshotsGrpc.newBlockingStub(channel)
        .getBlocks(request.build())
        .forEachRemaining(responses::add);
    return responses;
  }

  private static void assertCode(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(thrown -> ((StatusRuntimeException) thrown).getStatus().getCode())
        .isEqualTo(code);
  }

  private static List<Extent> extents(int count) {
    return LongStream.range(0, count).mapToObj(i -> new Extent(i * 200, 100)).toList();
  }

  private static List<Extent> all(List<GetBlocksResponse> responses) {
    return responses.stream()
        .flatMap(response -> response.getExtentsList().stream())
        .map(extent -> new Extent(extent.getOffset(), extent.getBytes()))
        .toList();
  }

  @Test
  void everyMessageHoldsAtMostSoManyExtentsAndTheSize() {
    world.pool.blocksAre(extents(7));

    List<GetBlocksResponse> responses = get(of(later).setBaseSerial(base).setMaxExtents(3));

    assertThat(responses).extracting(GetBlocksResponse::getExtentsCount).containsExactly(3, 3, 1);
    assertThat(responses).extracting(GetBlocksResponse::getSizeBytes).containsOnly(SIZE);
    assertThat(all(responses)).isEqualTo(extents(7));
    assertThat(get(of(later).setMaxExtents(7))).hasSize(1);
  }

  @Test
  void withoutALimitTheAgentPicksOne() {
    world.pool.blocksAre(extents(3000));

    assertThat(get(of(later)))
        .extracting(GetBlocksResponse::getExtentsCount)
        .containsExactly(1024, 1024, 952);
    assertThat(get(of(later).setMaxExtents(-1))).hasSize(1);
  }

  @Test
  void withoutAnyExtentTheSizeIsStillTold() {
    world.pool.blocksAre(List.of());

    assertThat(get(of(later)))
        .containsExactly(GetBlocksResponse.newBuilder().setSizeBytes(SIZE).build());
  }

  @Test
  void whatCannotBeAnsweredIsRefusedWithItsReason() {
    world.pool.blocksAre(extents(1));

    assertCode(Status.Code.INVALID_ARGUMENT, () -> get(of("")));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> get(of(later).setBaseSerial(other)));
    assertCode(Status.Code.NOT_FOUND, () -> get(of("no-serial")));
    assertCode(Status.Code.NOT_FOUND, () -> get(of(Serial.random().digits())));
    assertCode(Status.Code.NOT_FOUND, () -> get(of(later).setCluster("another")));
    assertCode(Status.Code.NOT_FOUND, () -> get(of(later).setBaseSerial(Serial.random().digits())));
    assertCode(Status.Code.OUT_OF_RANGE, () -> get(of(later).setStartingOffset(-1)));
    assertCode(Status.Code.OUT_OF_RANGE, () -> get(of(later).setStartingOffset(SIZE + 1)));
    assertThat(get(of(later).setStartingOffset(SIZE))).hasSize(1);
  }

  @Test
  void aPoolThatKnowsNoBlocksSaysSo() {
    assertCode(Status.Code.FAILED_PRECONDITION, () -> get(of(later)));
  }
}
