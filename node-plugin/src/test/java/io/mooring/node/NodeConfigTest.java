package io.mooring.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.node.volume.Flows;
import io.mooring.runtime.config.OptionsTable;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Application;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeConfigTest {
  private static NodeConfig config(String... args) {
    return NodeConfig.of(
        Settings.load(Application.withLogLevel(NodeConfig.OPTIONS), args, Map.of()));
  }

  @Test
  void everythingHasADefault() {
    assertThat(config())
        .isEqualTo(
            new NodeConfig(
                Path.of("/run/mooring/csi.sock"),
                Optional.empty(),
                Path.of("/var/lib/mooring-node"),
                Optional.empty(),
                new Flows.Options(1, Duration.ofSeconds(5), Duration.ofMinutes(10))));
  }

  @Test
  void everythingCanBeSet() {
    assertThat(
            config(
                "--endpoint=/csi/csi.sock",
                "--node-name=worker1",
                "--state-directory=/state",
                "--metrics-listen=127.0.0.1:9751",
                "--minimum-paths=2",
                "--late-join-interval=1s",
                "--idle-logout=0s"))
        .isEqualTo(
            new NodeConfig(
                Path.of("/csi/csi.sock"),
                Optional.of("worker1"),
                Path.of("/state"),
                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9751)),
                new Flows.Options(2, Duration.ofSeconds(1), Duration.ZERO)));
  }

  @Test
  void noPathAtAllIsNotEnough() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> config("--minimum-paths=0"))
        .withMessageContaining("minimum-paths");
  }

  @Test
  void theDocumentedOptionsAreTheOptions() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "options.md")))
        .contains(OptionsTable.markdown(Application.withLogLevel(NodeConfig.OPTIONS)));
  }
}
