package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.BLOCK;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static io.mooring.node.volume.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.scsi.Hctl;
import io.mooring.runtime.failure.Kind;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** multipathd hears late of a disk and makes the map again while its disks go. */
class DismantlingTest {
  @TempDir Path directory;
  NodeUnderTest node;
  int comebacks;

  @BeforeEach
  void start() {
    node = new NodeUnderTest(directory);
    node.stage(BLOCK);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  /** Makes the map again before each removal of a disk, as often as there are comebacks left. */
  private Dismantling dismantling() {
    Hctl[] disks = node.host.allDisks().toArray(new Hctl[0]);
    Executor late =
        task -> {
          if (comebacks-- > 0) {
            node.host.addMap(VOLUME.wwid(), disks);
          }
          task.run();
        };
    Devices devices = node.devices();
    return new Dismantling(
        devices.maps(),
        new MapRemoval(devices.maps(), devices.holders(), NodeUnderTest.TIMINGS),
        paths(late));
  }

  private PathRemoval paths(Executor threads) {
    return new PathRemoval(node.devices(), NodeUnderTest.TIMINGS, threads);
  }

  private void run(Dismantling dismantling) {
    dismantling.run(
        VOLUME.wwid(),
        () -> paths(Runnable::run).disksOf(VOLUME.wwid()),
        () -> {},
        NodeUnderTest.soon());
  }

  @Test
  void theMapIsRemovedOnceMore() {
    comebacks = 1;
    run(dismantling());
    assertThat(node.host.maps().all()).isEmpty();
    assertThat(node.host.allDisks()).isEmpty();
  }

  @Test
  void aMapThatComesBackForEverIsReported() {
    comebacks = Integer.MAX_VALUE;
    assertRefused(Kind.FAILED_PRECONDITION, () -> run(dismantling()), "in use");
    assertThat(node.host.allDisks()).isNotEmpty();
  }
}
