package io.mooring.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.node.guard.PathGuard;
import io.mooring.node.guard.Thresholds;
import io.mooring.node.link.LinkConfig;
import io.mooring.node.volume.Flows;
import io.mooring.runtime.config.OptionsTable;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.host.HostNamespace;
import io.mooring.runtime.process.Application;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
                "default",
                new HostNamespace(Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Flows.Options(1, Duration.ofSeconds(5), Duration.ofMinutes(10)),
                new PathGuard.Options(true, Thresholds.STANDARD)));
  }

  @Test
  void everythingCanBeSet() {
    assertThat(
            config(
                "--endpoint=/csi/csi.sock",
                "--node-name=worker1",
                "--state-directory=/state",
                "--metrics-listen=127.0.0.1:9751",
                "--fabric=rack-7",
                "--host-mount-namespace=/proc/1/ns/mnt",
                "--chap-file=/secrets",
                "--registration-socket=/registry/reg.sock",
                "--link.address=ctl:9758",
                "--link.token-file=/token",
                "--link.authority=/link-ca.crt",
                "--link.server-name=controller-1",
                "--registration-endpoint=/plugins/csi.sock",
                "--minimum-paths=2",
                "--late-join-interval=1s",
                "--idle-logout=0s",
                "--path-guard=false",
                "--path-guard-silence=1s",
                "--path-guard-carrier-hold=2s"))
        .isEqualTo(
            new NodeConfig(
                Path.of("/csi/csi.sock"),
                Optional.of("worker1"),
                Path.of("/state"),
                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9751)),
                "rack-7",
                new HostNamespace(Optional.of(Path.of("/proc/1"))),
                Optional.of(Path.of("/secrets")),
                Optional.of(
                    new NodeConfig.Registration(
                        Path.of("/registry/reg.sock"), Path.of("/plugins/csi.sock"))),
                Optional.of(
                    new LinkConfig(
                        "ctl:9758", Path.of("/token"), Path.of("/link-ca.crt"), "controller-1")),
                new Flows.Options(2, Duration.ofSeconds(1), Duration.ZERO),
                new PathGuard.Options(
                    false, new Thresholds(Duration.ofSeconds(1), Duration.ofSeconds(2)))));
  }

  @Test
  void theKubeletFindsTheEndpointWhereThePluginHasIt() {
    assertThat(config("--registration-socket=/r.sock", "--endpoint=/e.sock").registration())
        .contains(new NodeConfig.Registration(Path.of("/r.sock"), Path.of("/e.sock")));
  }

  @Test
  void aFabricMustBeTheValueOfALabel() {
    for (String wrong : List.of("-a", "a b", "a/b", "x".repeat(64))) {
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> config("--fabric", wrong))
          .withMessageContaining("option fabric = '" + wrong + "'");
    }
    assertThat(config("--fabric", "x".repeat(63)).fabric()).hasSize(63);
  }

  @Test
  void aSilenceThatASingleLostPacketMakesIsNotTaken() {
    assertThat(config("--path-guard-silence=10ms").guard().thresholds().silence())
        .isEqualTo(Duration.ofMillis(200));
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
