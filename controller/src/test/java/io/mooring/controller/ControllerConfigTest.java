package io.mooring.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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
                Path.of("/etc/mooring/targets.properties"),
                "c-1",
                new TlsFiles(Path.of("/c"), Path.of("/k"), Path.of("/a")),
                Optional.empty()));
  }

  @Test
  void everythingCanBeSet() {
    assertThat(
            config(
                "--endpoint=/e",
                "--targets-file=/t",
                "--cluster=c.2",
                "--tls.certificate=/c",
                "--tls.private-key=/k",
                "--tls.authority=/a",
                "--metrics-listen=127.0.0.1:9751"))
        .isEqualTo(
            new ControllerConfig(
                Path.of("/e"),
                Path.of("/t"),
                "c.2",
                new TlsFiles(Path.of("/c"), Path.of("/k"), Path.of("/a")),
                Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9751))));
  }

  @Test
  void aClusterMustBeNamed() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> config("--tls.certificate=/c"))
        .withMessageContaining("cluster");
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
