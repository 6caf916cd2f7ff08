package io.mooring.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.controller.audit.Times;
import io.mooring.runtime.config.OptionsTable;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Application;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerConfigTest {
  private static final String[] LEAST = {
    "--cluster=c-1", "--tls.certificate=/c", "--tls.private-key=/k", "--tls.authority=/a"
  };

  private static ControllerConfig config(String... args) {
    return ControllerConfig.of(Settings.load(ControllerConfig.OPTIONS, args, Map.of()));
  }

  @Test
  void theRestHasDefaults() {
    assertThat(config(LEAST))
        .isEqualTo(
            new ControllerConfig(
                Path.of("/run/mooring/controller.sock"),
                Optional.empty(),
                Path.of("/etc/mooring/targets.properties"),
                Optional.of("c-1"),
                new TlsFiles(Path.of("/c"), Path.of("/k"), Path.of("/a")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void everythingCanBeSet() {
    assertThat(
            config(
                "--endpoint=/e",
                "--kubernetes=true",
                "--namespace=mooring",
                "--pod-name=mooring-controller-0",
                "--targets-file=/t",
                "--cluster=c.2",
                "--tls.certificate=/c",
                "--tls.private-key=/k",
                "--tls.authority=/a",
                "--chap-file=/s",
                "--metrics-listen=127.0.0.1:9751",
                "--link.listen=127.0.0.1:9758",
                "--link.tokens-file=/tokens",
                "--link.node-account=nodes",
                "--link.authority-map=map",
                "--audit.interval=3m",
                "--audit.standing=4m",
                "--audit.quarantine=5h"))
        .isEqualTo(
            new ControllerConfig(
                Path.of("/e"),
                Optional.of(new ControllerConfig.Pod("mooring", "mooring-controller-0")),
                Path.of("/t"),
                Optional.of("c.2"),
                new TlsFiles(Path.of("/c"), Path.of("/k"), Path.of("/a")),
                Optional.of(Path.of("/s")),
                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9751)),
                Optional.of(
                    new ControllerConfig.Link(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9758),
                        Path.of("/tokens"),
                        "nodes",
                        "map")),
                Optional.of(
                    new Times(Duration.ofMinutes(3), Duration.ofMinutes(4), Duration.ofHours(5)))));
  }

  @Test
  void aClusterMustBeNamedWithoutKubernetes() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(
            () -> config("--tls.certificate=/c", "--tls.private-key=/k", "--tls.authority=/a"))
        .withMessageContaining("cluster");
  }

  @Test
  void inKubernetesTheClusterNamesItself() {
    assertThat(
            config(
                    "--kubernetes=true",
                    "--namespace=mooring",
                    "--pod-name=p",
                    "--tls.certificate=/c",
                    "--tls.private-key=/k",
                    "--tls.authority=/a")
                .cluster())
        .isEmpty();
  }

  @Test
  void inKubernetesTheProcessMustKnowItsPlace() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> config("--kubernetes=true", "--pod-name=p", "--cluster=c"))
        .withMessageContaining("namespace");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> config("--kubernetes=true", "--namespace=n", "--cluster=c"))
        .withMessageContaining("pod-name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a/b", "-a", "a-", "ä"})
  void theseAreNoClusterIds(String cluster) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() ->
            config(
                "--cluster=" + cluster,
                "--tls.certificate=/c",
                "--tls.private-key=/k",
                "--tls.authority=/a"))
        .withMessageContaining(cluster);
  }

  @Test
  void theDocumentedOptionsAreTheOptions() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "options.md")))
        .contains(OptionsTable.markdown(Application.withLogLevel(ControllerConfig.OPTIONS)));
  }
}
