package io.mooring.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final List<Option> OPTIONS =
      List.of(
          Option.of("listen", "0.0.0.0:9750", "Where to listen."),
          Option.of("lun-quarantine", "10m", "How long a number rests."),
          Option.of("tls.certificate", "The certificate."),
          Option.of("portals", "", "All portals."),
          Option.of("workers", "4", "How many."),
          Option.of("verbose", "false", "More words."),
          new Option("chap.password", null, "The password.", true),
          Option.of("pool.*.backend", "thin", "Which backend."),
          Option.of("pool.*.over-commit", "1.0", "Ratio."),
          Option.of("pool.*.directory", "Where the files are."));

  @TempDir Path directory;

  private Settings load(String... args) {
    return Settings.load(OPTIONS, args, Map.of());
  }

  private Settings loadFile(String... lines) {
    try {
      Path file = directory.resolve("agent.conf");
      Files.write(file, List.of(lines));
      return load("--config", file.toString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Failure.class, f -> assertThat(f.kind()).isEqualTo(Kind.INVALID_ARGUMENT));
  }

  @Test
  void defaultsCountWhenNothingIsSet() {
    Settings settings = load();

    assertThat(settings.text("listen")).isEqualTo("0.0.0.0:9750");
    assertThat(settings.duration("lun-quarantine")).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.optionalText("tls.certificate")).isEmpty();
    assertThat(settings.list("portals")).isEmpty();
    assertThat(settings.flag("verbose")).isFalse();
    assertThat(settings.names("pool.*")).isEmpty();
  }

  @Test
  void theCommandLineBeatsTheEnvironmentBeatsTheFileBeatsTheDefault() throws IOException {
    Path file = directory.resolve("agent.conf");
    Files.writeString(file, "workers = 1\nlisten = file:1\ntls.certificate=/file\nverbose=true\n");
    Settings settings =
        Settings.load(
            OPTIONS,
            new String[] {"--config=" + file, "--workers", "3"},
            Map.of("MOORING_WORKERS", "2", "MOORING_TLS_CERTIFICATE", "/environment", "PATH", "x"));

    assertThat(settings.number("workers", 1, 9)).isEqualTo(3);
    assertThat(settings.path("tls.certificate")).isEqualTo(Path.of("/environment"));
    assertThat(settings.text("listen")).isEqualTo("file:1");
    assertThat(settings.flag("verbose")).isTrue();
    assertThat(settings.text("lun-quarantine")).isEqualTo("10m");
  }

  @Test
  void theConfigurationFileCanBeNamedByTheEnvironment() throws IOException {
    Path file = Files.writeString(directory.resolve("x.conf"), "workers: 7\n");

    Settings settings =
        Settings.load(OPTIONS, new String[0], Map.of("MOORING_CONFIG", file.toString()));

    assertThat(settings.number("workers", 1, 9)).isEqualTo(7);
  }

  @Test
  void anUnknownKeyIsRefusedWithItsSourceAndTheClosestKnownOne() {
    assertRefused(() -> load("--lun-quarantaine", "5m"))
        .hasMessage("unknown option lun-quarantaine (command line); did you mean lun-quarantine?");
    assertRefused(() -> loadFile("pool.fast.bakend = thin"))
        .hasMessageContaining("pool.fast.bakend")
        .hasMessageContaining("agent.conf")
        .hasMessageContaining("did you mean pool.*.backend?");
    assertRefused(() -> Settings.load(OPTIONS, new String[0], Map.of("MOORING_LISTEM", "x")))
        .hasMessage("unknown option MOORING_LISTEM (environment); did you mean MOORING_LISTEN?");
    assertRefused(() -> load("--pool.a.b.backend", "thin")).hasMessageContaining("unknown option");
  }

  @Test
  void whatKubernetesAndTheLaunchersPutIntoTheEnvironmentIsNoOption() {
    Settings settings =
        Settings.load(
            OPTIONS,
            new String[0],
            Map.of(
                "MOORING_CONTROLLER_SERVICE_HOST", "10.0.0.1",
                "MOORING_CONTROLLER_SERVICE_PORT", "443",
                "MOORING_CONTROLLER_SERVICE_PORT_GRPC", "443",
                "MOORING_CONTROLLER_PORT", "tcp://10.0.0.1:443",
                "MOORING_CONTROLLER_PORT_443_TCP_ADDR", "10.0.0.1",
                "MOORING_CONTROLLER_PORT_443_TCP", "tcp://10.0.0.1:443",
                "MOORING_JAVA", "/opt/java",
                "MOORING_FAIL_POINT_FILE", "/tmp/x"));

    assertThat(settings.effective()).containsEntry("workers", "4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"workers", "-w", "--", "---", "--workers", "--workers --verbose=true"})
  void anArgumentThatIsNoOptionWithAValueIsRefused(String args) {
    assertRefused(() -> load(args.split(" ")));
  }

  @Test
  void aKeyThatIsSetTwiceInOneSourceIsRefused() {
    assertRefused(() -> load("--workers=1", "--workers=1")).hasMessageContaining("twice");
    assertRefused(() -> loadFile("workers=1", "workers=2"))
        .hasMessageContaining("option workers is set twice")
        .hasMessageContaining("agent.conf");
  }

  @Test
  void aMissingFileIsNamed() {
    assertRefused(() -> load("--config", "/no/such.conf")).hasMessageContaining("/no/such.conf");
  }

  @Test
  void aRequiredValueThatIsNotSetIsNamedWithItsMeaning() {
    assertRefused(() -> load().text("tls.certificate"))
        .hasMessageContaining("option tls.certificate is not set")
        .hasMessageContaining("The certificate.");
    assertRefused(() -> load("--tls.certificate= ").path("tls.certificate"))
        .hasMessageContaining("is not set");
  }

  @ParameterizedTest
  @CsvSource({"250ms,250", "5s,5000", "10m,600000", "2h,7200000", "0s,0"})
  void amountsOfTimeHaveAUnit(String text, long millis) {
    assertThat(load("--lun-quarantine", text).duration("lun-quarantine"))
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "s", "5 s", "-5s", "5d", "1.5s", "9999999999h"})
  void anythingElseIsNoAmountOfTime(String text) {
    assertRefused(() -> load("--lun-quarantine=" + text).duration("lun-quarantine"))
        .hasMessage(
            "option lun-quarantine = '%s' (command line) is not an amount of time such as 250ms, 5s, 10m or 2h"
                .formatted(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10", "x", "1.0", "+3", "99999999999999999999"})
  void numbersAreWholeAndWithinTheirBounds(String text) {
    assertRefused(() -> load("--workers=" + text).number("workers", 1, 9))
        .hasMessageContaining("a whole number from 1 to 9");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "TRUE", "1"})
  void flagsAreTrueOrFalse(String text) {
    assertRefused(() -> load("--verbose=" + text).flag("verbose"));
  }

  @Test
  void listsAreSplitAtCommas() {
    assertThat(load("--portals", "10.0.0.1:3260, [fd00::1]:3260").list("portals"))
        .containsExactly("10.0.0.1:3260", "[fd00::1]:3260");
    assertRefused(() -> load("--portals", "a,,b").list("portals"))
        .hasMessageContaining("portals = 'a,,b'");
  }

  @Test
  void addressesHaveAHostAndAPort() {
    assertThat(load().address("listen")).isEqualTo(new InetSocketAddress("0.0.0.0", 9750));
    assertThat(load("--listen=[fd00::1]:80").address("listen"))
        .isEqualTo(new InetSocketAddress("fd00::1", 80));
    assertThat(load("--listen=").optionalAddress("listen")).isEmpty();
    for (String text : List.of("9750", "::1:80", "host:", ":80", "host:70000", "[::1]")) {
      assertRefused(() -> load("--listen=" + text).address("listen"));
    }
  }

  @Test
  void aFamilyHasNamesAndOneGroupOfValuesForEach() {
    Settings settings =
        loadFile(
            "pool.slow.directory = /srv", "pool.slow.backend=file", "pool.fast.over-commit = 2.5");

    assertThat(settings.names("pool.*")).containsExactly("fast", "slow");
    assertThat(settings.text("pool.*.backend", "fast")).isEqualTo("thin");
    Settings slow = settings.group("pool.*", "slow");
    assertThat(slow.choice("backend", "thin", "file")).isEqualTo("file");
    assertThat(slow.path("directory")).isEqualTo(Path.of("/srv"));
    assertThat(settings.group("pool.*", "fast").decimal("over-commit", 1, 100)).isEqualTo(2.5);
    assertRefused(() -> settings.group("pool.*", "fast").path("directory"))
        .hasMessageContaining("option pool.fast.directory is not set");
    assertRefused(() -> slow.choice("backend", "thin", "zfs"))
        .hasMessageContaining("option pool.slow.backend = 'file'")
        .hasMessageContaining("one of thin, zfs");
  }

  @Test
  void theEffectiveValuesAreCompleteSortedAndWithoutSecrets() {
    Settings settings = load("--chap.password=hunter2", "--pool.a.directory=/a", "--workers=9");

    assertThat(settings.effective())
        .containsExactly(
            Map.entry("chap.password", "***"),
            Map.entry("listen", "0.0.0.0:9750"),
            Map.entry("lun-quarantine", "10m"),
            Map.entry("pool.a.backend", "thin"),
            Map.entry("pool.a.directory", "/a"),
            Map.entry("pool.a.over-commit", "1.0"),
            Map.entry("portals", ""),
            Map.entry("verbose", "false"),
            Map.entry("workers", "9"));
  }

  @Test
  void aMalformedSecretIsNotShown() {
    assertRefused(() -> load("--chap.password=hunter2").duration("chap.password"))
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void askingForAKeyThatIsNoOptionIsAMistakeInOurCode() {
    assertThatThrownBy(() -> load().text("no-such")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Option.of("Bad_Key", "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileCanBeReadOnItsOwn() throws IOException {
    Path file = Files.writeString(directory.resolve("targets"), "pool.x.directory=/x\n");

    assertThat(Settings.ofFile(OPTIONS, file).names("pool.*")).containsExactly("x");
  }

  @Test
  void theTableHasOneRowPerOption() {
    assertThat(
            OptionsTable.markdown(
                List.of(Option.of("b", "1s", "Second."), Option.of("a.*.x", "First | one."))))
        .isEqualTo(
            """
            | option | default | meaning |
            |---|---|---|
            | `a.*.x` |  | First \\| one. |
            | `b` | `1s` | Second. |
            """);
  }

  @Test
  void helpAndVersionAreTextsInsteadOfAStart() {
    assertThat(Launch.textInsteadOfStart("mooring-x", "1.2", OPTIONS, new String[] {"--version"}))
        .contains("mooring-x 1.2\n");
    assertThat(Launch.textInsteadOfStart("mooring-x", "1.2", OPTIONS, new String[] {"--help"}))
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains("Usage: mooring-x", "--pool.*.backend", "Default: 10m")
                .doesNotContain("Default: \n"));
    assertThat(Launch.textInsteadOfStart("mooring-x", "1.2", OPTIONS, new String[] {"--workers=1"}))
        .isEmpty();
  }
}
