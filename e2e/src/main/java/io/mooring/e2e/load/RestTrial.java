package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.NodeHost;
import io.mooring.runtime.time.Ticker;
import java.time.Duration;

/** What a node plugin does while it is left alone. It is restarted at both ends of the trial. */
public final class RestTrial implements AutoCloseable {
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final Duration MEASUREMENT = Duration.ofSeconds(60);
  private static final int PORT = 9808;

  private final NodeHost node;

  /**
   * What it took in a minute.
   *
   * @param cpu processor time
   * @param programs how many programs of the host it ran
   */
  public record Rest(Duration cpu, long programs) {}

  private RestTrial(NodeHost node) {
    this.node = requireNonNull(node, "node is null");
  }

  public static RestTrial on(NodeHost node) {
    RestTrial trial = new RestTrial(node);
    trial.restart("metrics-listen = 127.0.0.1:" + PORT + "\n");
    return trial;
  }

  private void restart(String configuration) {
    node.configure(configuration);
    node.unit().restart();
    node.awaitReady();
  }

  /** Lets what was begun end, and then watches for a minute. */
  public Rest measure() {
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

  @Override
  public void close() {
    restart("");
  }
}
