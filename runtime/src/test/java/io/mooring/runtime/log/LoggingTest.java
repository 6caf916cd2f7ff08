package io.mooring.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.runtime.failure.Failure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Logger ours = LoggerFactory.getLogger("io.mooring.some.Part");
  private final Logger grpc = LoggerFactory.getLogger("io.grpc.netty.Handler");
  private final Logger bootstrap = LoggerFactory.getLogger("io.netty.bootstrap.Bootstrap");
  private final Logger other = LoggerFactory.getLogger("com.example.Library");

  @AfterEach
  void backToTheTestsOwnConfiguration() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  private List<JsonObject> lines() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .toList();
  }

  private List<String> messages() {
    return lines().stream().map(line -> line.get("message").getAsString()).toList();
  }

  @Test
  void aRecordIsOneLineOfJson() {
    Logging.configure("info", out);
    ours.warn("a \"quoted\" text\nwith {} lines, \u00fc", 2, new IllegalStateException("broken"));

    assertThat(lines()).hasSize(1);
    JsonObject line = lines().getFirst();
    assertThat(line.get("time").getAsString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(line.get("level").getAsString()).isEqualTo("warn");
    assertThat(line.get("logger").getAsString()).isEqualTo("Part");
    assertThat(line.get("message").getAsString())
        .isEqualTo("a \"quoted\" text\nwith 2 lines, \u00fc");
    assertThat(line.get("throwable").getAsString())
        .startsWith("java.lang.IllegalStateException: broken")
        .contains("LoggingTest");
  }

  @Test
  void theLevelIsThatOfOurOwnLoggers() {
    Logging.configure("debug", out);
    ours.trace("1");
    ours.debug("2");
    other.debug("3");
    other.info("4");
    grpc.info("5");
    grpc.warn("6");
    bootstrap.warn("7");
    bootstrap.error("8");

    assertThat(messages()).containsExactly("2", "4", "6", "8");
    assertThat(lines().stream().map(line -> line.get("level").getAsString()))
        .containsExactly("debug", "info", "warn", "error");
  }

  @Test
  void aHigherLevelQuietensTheLibrariesToo() {
    Logging.configure("error", out);
    ours.warn("1");
    other.warn("2");
    ours.error("3");

    assertThat(messages()).containsExactly("3");
  }

  @Test
  void configuringAgainDoesNotDoubleTheLines() {
    Logging.configure("info", out);
    Logging.configure("trace", out);
    ours.trace("1");

    assertThat(messages()).containsExactly("1");
  }

  @Test
  void anUnknownLevelIsRefused() {
    assertThatThrownBy(() -> Logging.configure("loud", out))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("loud")
        .hasMessageContaining("error, warn, info, debug, trace");
  }
}
