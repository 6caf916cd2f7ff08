package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.Lab;
import io.mooring.e2e.lab.qemu.StoragePath;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.time.Duration;
import java.util.Arrays;

/** The paths of a volume's map, as multipathd on the node sees them. */
final class Paths {
  private static final Duration RETURN = Duration.ofMinutes(3);

  private Paths() {}

  /** Waits until so many paths are ready. */
  static void awaitReady(NodeHost node, Attachment attachment, int count) {
    boolean reached =
        new Poll(Duration.ofMillis(500), Duration.ofSeconds(1))
            .until(Deadline.after(RETURN), () -> node.readyPaths(attachment) == count);
    assertThat(reached)
        .as(
            "%d ready paths within %s; multipathd says:%n%s",
            count, RETURN, node.vm().shell().check("multipathd show topology"))
        .isTrue();
  }

  /** Waits until a command of the volume waits for its answer; says on which path. */
  static StoragePath awaitInFlight(NodeHost node, Attachment attachment) {
    String script =
        """
        for slave in /sys/block/$(basename $(readlink -f /dev/mapper/%s))/slaves/*; do
          read reads writes < $slave/inflight
          if [ $((reads + writes)) -gt 0 ]; then
            session=$(readlink -f $slave/device | grep -o 'session[0-9]*')
            cat /sys/class/iscsi_connection/connection${session#session}:0/persistent_address
          fi
        done
        """
            .formatted(attachment.wwid());
    return new Poll(Duration.ofMillis(50), Duration.ofMillis(200))
        .forValue(
            Deadline.after(Duration.ofSeconds(20)),
            () ->
                node.vm()
                    .shell()
                    .check(script)
                    .lines()
                    .findFirst()
                    .flatMap(address ->
                        Arrays.stream(StoragePath.values())
                            .filter(path -> path.storageAddress().equals(address))
                            .findFirst()))
        .orElseThrow();
  }

  /** Pulls the cable of each path, and puts it back once its loss was noticed. */
  static void pullEachInTurn(Lab lab, NodeHost node, Attachment attachment) {
    for (StoragePath path : StoragePath.values()) {
      lab.pullCable(node.vm().number(), path);
      awaitReady(node, attachment, 1);
      lab.plugCable(node.vm().number(), path);
      awaitReady(node, attachment, 2);
    }
  }
}
