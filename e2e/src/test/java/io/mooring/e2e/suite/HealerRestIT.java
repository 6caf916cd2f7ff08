package io.mooring.e2e.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.csi.VolumeKind;
import io.mooring.e2e.csi.VolumeSpec;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.deployment.Mooring;
import io.mooring.e2e.deployment.NodeHost;
import io.mooring.e2e.lab.tool.Progress;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the node plugin costs while all is well. */
@Tag("long")
@ExtendWith(MooringExtension.class)
class HealerRestIT {
  private static final int VOLUMES = 50;
  private static final long SMALL_BYTES = 4L << 20;
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final Duration MEASUREMENT = Duration.ofSeconds(60);
  private static final int PORT = 9808;

  private final Mooring mooring;
  private final NodeHost node;

  HealerRestIT(Mooring mooring) {
    this.mooring = mooring;
    this.node = mooring.node1();
  }

  /**
   * What it took while it was left alone.
   *
   * @param programs how many programs it ran
   */
  private record Rest(Duration cpu, long programs) {}

  @Test
  void fiftyVolumesAtRestCostAtMostTwiceTheTimeOfNoneAndNoProcess() {
    node.configure("metrics-listen = 127.0.0.1:" + PORT + "\n");
    node.unit().restart();
    node.awaitReady();
    List<Attachment> attachments = new ArrayList<>();
    try {
      // The sessions stay for a while, so that both measurements have them.
      mooring.remove(provision("rest-first"), node);
      Rest none = measure();
      for (int i = 0; i < VOLUMES; i++) {
        attachments.add(provision("rest-" + i));
      }
      Rest many = measure();
      Progress.toStandardOutput()
          .say(
              "mooring-node at rest: %d ms of CPU in %d s without volumes, %d ms with %d"
                  .formatted(
                      none.cpu().toMillis(),
                      MEASUREMENT.toSeconds(),
                      many.cpu().toMillis(),
                      VOLUMES));
      assertThat(none.programs()).isZero();
      assertThat(many.programs()).isZero();
      assertThat(many.cpu()).isLessThanOrEqualTo(none.cpu().multipliedBy(2));
    } finally {
      attachments.forEach(attachment -> mooring.remove(attachment, node));
      node.configure("");
      node.unit().restart();
      node.awaitReady();
    }
  }

  private Attachment provision(String name) {
    return mooring.provision(
        new VolumeSpec(name, AgentHost.THIN, VolumeKind.BLOCK, SMALL_BYTES), node);
  }

  private Rest measure() {
    Ticker.system().pause(SETTLING);
    Duration cpu = node.unit().cpuTime();
    long programs = programs();
    Ticker.system().pause(MEASUREMENT);
    return new Rest(node.unit().cpuTime().minus(cpu), programs() - programs);
  }

  private long programs() {
    String line =
        node.vm()
            .shell()
            .check(
                """
                exec 3<> /dev/tcp/127.0.0.1/%d
                printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3
                grep '^mooring_node_commands_total ' <&3
                """
                    .formatted(PORT));
    return (long) Double.parseDouble(line.strip().substring(line.indexOf(' ') + 1));
  }
}
