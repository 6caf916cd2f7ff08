package io.mooring.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.lio.Portal;
import io.mooring.runtime.config.OptionsTable;
import io.mooring.runtime.config.Settings;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.process.Application;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
  private static final List<String> NEEDED =
      List.of(
          "--target-name=san1",
          "--portals=192.0.2.1,[2001:db8::1]:3261",
          "--tls.certificate=/c",
          "--tls.private-key=/k",
          "--tls.authority=/a",
          "--pool.fast.backend=thin",
          "--pool.fast.volume-group=vg",
          "--pool.fast.thin-pool=thin");

  private static AgentConfig read(String... more) {
    List<String> args = new ArrayList<>(NEEDED);
    args.addAll(List.of(more));
    return AgentConfig.of(
        Settings.load(
            Application.withLogLevel(AgentConfig.OPTIONS), args.toArray(new String[0]), Map.of()));
  }

  @Test
  void whatIsNotSetHasItsDefault() {
    AgentConfig config = read();

    assertThat(config.portals())
        .containsExactly(new Portal("192.0.2.1", 3260), new Portal("2001:db8::1", 3261));
    assertThat(config.listen().getPort()).isEqualTo(9750);
    assertThat(config.stateDirectory()).isEqualTo(Path.of("/var/lib/mooring-agent"));
    assertThat(config.lunQuarantine()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.metricsListen()).isEmpty();
    assertThat(config.allowedClients()).isEmpty();
    assertThat(config.pools())
        .containsExactly(
            new AgentConfig.PoolConfig("fast", new AgentConfig.ThinPlace("vg", "thin"), 1, 95));
  }

  @Test
  void everythingCanBeSet() {
    AgentConfig config =
        read(
            "--listen=127.0.0.1:1",
            "--state-directory=/s",
            "--tls.allowed-clients=a,b",
            "--lun-quarantine=5s",
            "--metrics-listen=127.0.0.1:2",
            "--host-mount-namespace=/proc/1/ns/mnt",
            "--pool.files.backend=file",
            "--pool.files.directory=/d",
            "--pool.files.copy-rate=7",
            "--pool.files.over-commit=2.5",
            "--pool.files.full-percent=80");

    assertThat(config.listen().getPort()).isEqualTo(1);
    assertThat(config.stateDirectory()).isEqualTo(Path.of("/s"));
    assertThat(config.allowedClients()).containsExactlyInAnyOrder("a", "b");
    assertThat(config.lunQuarantine()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.metricsListen()).isPresent();
    assertThat(config.hostNamespace().root()).isEqualTo(Path.of("/proc/1/root"));
    assertThat(config.pools())
        .contains(
            new AgentConfig.PoolConfig(
                "files", new AgentConfig.FilePlace(Path.of("/d"), 7), 2.5, 80));
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> read("--pool.x.backend=zfs")).hasMessageContaining("pool.x.backend");
    assertThatThrownBy(() -> read("--pool.x.backend=file"))
        .hasMessageContaining("pool.x.directory");
    assertThatThrownBy(() -> read("--pool.fast.over-commit=0")).hasMessageContaining("over-commit");
    assertThatThrownBy(() -> read("--portal=x")).hasMessageContaining("portal");
    assertThatThrownBy(() ->
            AgentConfig.of(
                Settings.load(
                    AgentConfig.OPTIONS,
                    NEEDED.stream().filter(arg -> !arg.startsWith("--pool")).toArray(String[]::new),
                    Map.of())))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no pool");
  }

  @Test
  void theSampleConfigurationIsValid() {
    Path sample = Path.of("../deploy/mooring-agent.conf");
    AgentConfig config =
        AgentConfig.of(
            Settings.load(
                AgentConfig.OPTIONS, new String[] {"--config", sample.toString()}, Map.of()));

    assertThat(config.target().storageTarget()).isEqualTo("san1");
    assertThat(config.pools()).hasSize(1);
  }

  @Test
  void theDocumentedOptionsAreTheOptions() throws IOException {
    assertThat(Files.readString(Path.of("..", "docs", "options.md")))
        .contains(OptionsTable.markdown(Application.withLogLevel(AgentConfig.OPTIONS)));
  }
}
