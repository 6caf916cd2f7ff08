package io.mooring.controller.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetsFileTest {
  @TempDir Path directory;

  private SortedMap<String, StorageTarget> parse(String text) {
    try {
      return TargetsFile.read(Files.writeString(directory.resolve("targets.properties"), text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void targetsAreReadWithTheirNameAsServerNameUnlessGiven() {
    assertThat(
            parse(
                """
                # the first rack
                target.san-a.endpoint = san-a.example.net:9750
                target.san-b.endpoint = [fd00::2]:9751
                target.san-b.server-name = agents.example.net
                """))
        .containsExactlyEntriesOf(
            new TreeMap<>(
                Map.of(
                    "san-a",
                    new StorageTarget("san-a", "san-a.example.net:9750", "san-a"),
                    "san-b",
                    new StorageTarget("san-b", "[fd00::2]:9751", "agents.example.net"))));
  }

  @Test
  void fabricsAreReadAndChecked() {
    assertThat(
            parse("target.san-a.endpoint = h:1\ntarget.san-a.fabrics = red, blue")
                .values()
                .iterator()
                .next()
                .share()
                .fabrics())
        .containsExactly("red", "blue");
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("target.san-a.endpoint = h:1\ntarget.san-a.fabrics = Red"))
        .withMessageContaining("target.san-a.fabrics")
        .withMessageContaining("Red");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        ":9750",
        "host:x",
        "host:70000",
        "fd00::2:9750",
        "a b:1",
        "http://h:1"
      })
  void anEndpointIsHostAndPort(String endpoint) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("target.san-a.endpoint = " + endpoint))
        .withMessageContaining("target.san-a.endpoint")
        .withMessageContaining("host:port");
  }

  @ParameterizedTest
  @CsvSource({
    "target.san-a.endpont, target.san-a.endpont",
    "targets.san-a.endpoint, targets.san-a.endpoint",
    "target.san.a.endpoint, target.san.a.endpoint",
    "target.San.endpoint, San"
  })
  void aWrongKeyIsNamed(String key, String named) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse(key + " = host:1"))
        .withMessageContaining(named);
  }

  @Test
  void aServerNameAloneIsNoTarget() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("target.san-a.server-name = x"))
        .withMessageContaining("target.san-a.endpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n# nothing\n"})
  void aFileWithoutTargetsIsNotUsed(String text) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse(text))
        .withMessageContaining("target.<name>.endpoint");
  }

  @Test
  void aKeyThatIsSetTwiceIsRefused() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("target.a.endpoint = h:1\ntarget.a.endpoint = h:2\n"))
        .withMessageContaining("target.a.endpoint");
  }

  @Test
  void aBrokenEscapeIsNotUsed() {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> parse("target.a.endpoint = \\u00zz"))
        .withMessageContaining("properties file");
  }
}
