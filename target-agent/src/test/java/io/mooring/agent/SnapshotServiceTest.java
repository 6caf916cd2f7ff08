package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.mooring.agent.v1.CreateSnapshotRequest;
import io.mooring.agent.v1.ListSnapshotsRequest;
import io.mooring.agent.v1.Snapshot;
import io.mooring.agent.v1.SnapshotsGrpc;
import io.mooring.runtime.operation.Operations;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as a controller sees them. */
class SnapshotServiceTest {
  @TempDir Path state;
  private World world;
  private Operations operations;
  private Server server;
  private ManagedChannel channel;
  private SnapshotsGrpc.SnapshotsBlockingStub agent;
  private String volume = "";

  @BeforeEach
  void serve() throws IOException {
    world = new World(state);
    volume = world.create("data").serial().digits();
    operations = new Operations("test");
    server =
        InProcessServerBuilder.forName(state.toString())
            .addService(
                new SnapshotService(world.host().snapshots(), world.host().blocks(), operations))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(state.toString()).build();
    agent = SnapshotsGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    operations.close();
  }

  private Snapshot create() {
    return agent
        .createSnapshot(
            CreateSnapshotRequest.newBuilder()
                .setCluster("lab")
                .setName("snap")
                .setVolumeSerial(volume)
                .build())
        .getSnapshot();
  }

  private Snapshot listed() {
    return agent
        .listSnapshots(ListSnapshotsRequest.newBuilder().setCluster("lab").build())
        .getSnapshots(0);
  }

  @Test
  void aSnapshotThatIsMadeAtOnceIsNotCopying() {
    assertThat(create().getCopying()).isFalse();
    assertThat(listed()).isEqualTo(create());
  }

  @Test
  void aSnapshotSaysThatItIsCopyingUntilItIsWhole() {
    world.pool.copiesInPieces(2);

    Snapshot snapshot = create();
    assertThat(snapshot.getCopying()).isTrue();
    assertThat(listed()).isEqualTo(snapshot);

    world.copyAll();
    assertThat(create()).isEqualTo(snapshot.toBuilder().setCopying(false).build());
    assertThat(listed()).isEqualTo(create());
  }
}
