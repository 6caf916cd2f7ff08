package io.mooring.controller.csi;

import static io.mooring.controller.testing.Requests.volumeNamed;
import static io.mooring.controller.testing.TestController.GIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.mooring.agent.v1.Volume;
import io.mooring.controller.testing.FakeRecords;
import io.mooring.controller.testing.Requests;
import io.mooring.controller.testing.Steps;
import io.mooring.controller.testing.TestController;
import io.mooring.controller.volume.Placed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Ends a call before the first, after the first, before the second … change of a record or a host,
 * and repeats it. Whatever the moment: one volume with one record, or none of both.
 */
class RecordedCrashTest {
  private static final int MOST_MOMENTS = 50;

  /** A controller with two hosts and records, all counting moments. */
  private static final class World implements AutoCloseable {
    final Steps steps = new Steps();
    final FakeRecords records = new FakeRecords(steps);
    final TestController controller = TestController.withTwoHosts(records);

    World() {
      controller.agent("san-a").faults().countedBy(steps);
      controller.agent("san-b").faults().countedBy(steps);
    }

    String create() {
      return controller
          .client()
          .createVolume(volumeNamed("pvc-1").build())
          .getVolume()
          .getVolumeId();
    }

    void delete(String id) {
      var _ = controller.client().deleteVolume(Requests.delete(id));
    }

    List<String> volumes() {
      List<String> ids = new ArrayList<>();
      for (String host : List.of("san-a", "san-b")) {
        for (Volume volume : controller.agent(host).storage().volumes()) {
          ids.add(host + "/" + volume.getSerial());
        }
      }
      return ids;
    }

    List<String> recorded() {
      return records.all().stream().map(World::id).toList();
    }

    private static String id(Placed record) {
      return record.target() + "/" + record.serial().orElse("");
    }

    @Override
    public void close() {
      controller.close();
    }
  }

  /** Answers whether the call came to its end. */
  private static boolean ended(Runnable call) {
    try {
      call.run();
      return true;
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).as(e.getMessage()).isEqualTo(Code.UNAVAILABLE);
      return false;
    }
  }

  private static void killAtEachMoment(Consumer<World> preparation, Consumer<World> checkedCall) {
    for (int moment = 0; moment < MOST_MOMENTS; moment++) {
      try (World world = new World()) {
        preparation.accept(world);
        world.steps.endAt(world.steps.count() + moment);
        boolean ended = ended(() -> checkedCall.accept(world));
        world.steps.goOn();
        checkedCall.accept(world);
        if (ended) {
          assertThat(moment).as("number of moments").isGreaterThan(1);
          return;
        }
      }
    }
    fail("the call makes no end of changes");
  }

  private static void createOne(World world) {
    String id = world.create();
    assertThat(world.volumes()).containsExactly(id);
    assertThat(world.recorded()).containsExactly(id);
  }

  @Test
  void createConverges() {
    killAtEachMoment(_ -> {}, RecordedCrashTest::createOne);
  }

  @Test
  void createInASecondPlaceConverges() {
    killAtEachMoment(
        world ->
            world
                .controller
                .agent("san-a")
                .faults()
                .failNext("CreateVolume", Code.RESOURCE_EXHAUSTED, "the pool is full"),
        RecordedCrashTest::createOne);
  }

  @Test
  void adoptionConverges() {
    killAtEachMoment(
        world -> world.controller.agent("san-b").storage().put("pvc-1", "fast", 10 * GIB),
        RecordedCrashTest::createOne);
  }

  @Test
  void createAfterTheTargetWasTakenOutConverges() {
    killAtEachMoment(
        world -> world.records.put("pvc-1", "san-x", "fast", Optional.empty()),
        RecordedCrashTest::createOne);
  }

  @Test
  void deleteConverges() {
    String[] id = new String[1];
    killAtEachMoment(
        world -> id[0] = world.create(),
        world -> {
          world.delete(id[0]);
          assertThat(world.volumes()).isEmpty();
          assertThat(world.recorded()).isEmpty();
        });
  }

  @Test
  void aCreateThatWasKilledAndIsNeverRepeatedLeavesARecordThatLeadsToTheVolume() {
    try (World world = new World()) {
      // Before and after the record, before the volume; killed right after it was made.
      world.steps.endAt(3);
      assertThat(ended(world::create)).isFalse();

      assertThat(world.volumes()).hasSize(1);
      assertThat(world.volumes().getFirst()).startsWith(world.records.all().getFirst().target());
    }
  }
}
