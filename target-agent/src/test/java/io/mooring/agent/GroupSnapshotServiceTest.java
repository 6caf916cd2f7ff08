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
import io.mooring.agent.v1.CreateGroupSnapshotRequest;
import io.mooring.agent.v1.DeleteGroupSnapshotRequest;
import io.mooring.agent.v1.GetGroupSnapshotRequest;
import io.mooring.agent.v1.GroupSnapshot;
import io.mooring.agent.v1.GroupSnapshotsGrpc;
import io.mooring.agent.v1.Snapshot;
import io.mooring.runtime.operation.Operations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Group snapshots as a controller sees them. */
class GroupSnapshotServiceTest {
  @TempDir Path state;
  private Operations operations;
  private Server server;
  private ManagedChannel channel;
  private GroupSnapshotsGrpc.GroupSnapshotsBlockingStub agent;
  private String data = "";
  private String log = "";

  @BeforeEach
  void serve() throws IOException {
    World world = new World(state);
    data = world.create("data").serial().digits();
    log = world.create("log").serial().digits();
    operations = new Operations("test");
    server =
        InProcessServerBuilder.forName(state.toString())
            .addService(new GroupSnapshotService(world.host().groups(), operations))
            .build()
            .start();
    channel = InProcessChannelBuilder.forName(state.toString()).build();
    agent = GroupSnapshotsGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    operations.close();
  }

  private GroupSnapshot create(String name, String... volumes) {
    return agent
        .createGroupSnapshot(
            CreateGroupSnapshotRequest.newBuilder()
                .setCluster("lab")
                .setName(name)
                .addAllVolumeSerials(List.of(volumes))
                .build())
        .getGroup();
  }

  private GroupSnapshot get(String serial) {
    return agent
        .getGroupSnapshot(
            GetGroupSnapshotRequest.newBuilder().setCluster("lab").setSerial(serial).build())
        .getGroup();
  }

  private GroupSnapshot named(String name) {
    return agent
        .getGroupSnapshot(
            GetGroupSnapshotRequest.newBuilder().setCluster("lab").setName(name).build())
        .getGroup();
  }

  private void delete(String serial, List<String> members) {
    var _ =
        agent.deleteGroupSnapshot(
            DeleteGroupSnapshotRequest.newBuilder()
                .setCluster("lab")
                .setSerial(serial)
                .addAllSnapshotSerials(members)
                .build());
  }

  private static void assertCode(Status.Code code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(thrown -> ((StatusRuntimeException) thrown).getStatus().getCode())
        .isEqualTo(code);
  }

  @Test
  void aGroupLivesFromCreateToDelete() {
    GroupSnapshot group = create("group", data, log);

    assertThat(group.getName()).isEqualTo("group");
    assertThat(group.getSnapshotsList())
        .extracting(Snapshot::getVolumeSerial)
        .containsExactlyInAnyOrder(data, log);
    assertThat(group.getSnapshotsList())
        .extracting(Snapshot::getGroupSerial)
        .containsOnly(group.getSerial());
    assertThat(get(group.getSerial())).isEqualTo(group);
    assertThat(named("group")).isEqualTo(group);
    assertCode(Status.Code.NOT_FOUND, () -> named("other"));

    List<String> members = group.getSnapshotsList().stream().map(Snapshot::getSerial).toList();
    delete(group.getSerial(), members);
    delete(group.getSerial(), members);
    assertCode(Status.Code.NOT_FOUND, () -> get(group.getSerial()));
  }

  @Test
  void incompleteRequestsAreRefused() {
    assertCode(Status.Code.INVALID_ARGUMENT, () -> create("", data));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> create("group"));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> create("group", data, data));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> delete("", List.of()));
    assertCode(Status.Code.INVALID_ARGUMENT, () -> get(""));
  }

  @Test
  void anIdThatCannotExistIsNotFoundAndGoneAlready() {
    assertCode(Status.Code.NOT_FOUND, () -> create("group", data, "no-serial"));
    assertCode(Status.Code.NOT_FOUND, () -> get("no-serial"));
    delete("no-serial", List.of());
    delete(Serial.random().digits(), List.of());
  }
}
