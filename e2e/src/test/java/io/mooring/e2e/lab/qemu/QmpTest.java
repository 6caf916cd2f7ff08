package io.mooring.e2e.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers as QEMU 7.2 gives them. */
class QmpTest {
  private static final String GREETING =
      """
      {"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}
      """;

  private final StringWriter sent = new StringWriter();
  private final Deadline deadline = Deadline.after(Duration.ofSeconds(20));
  private PipedWriter qemu = new PipedWriter();
  private Qmp qmp = new Qmp("none", new StringReader(""), sent, () -> {});

  @BeforeEach
  void greet() throws IOException {
    qemu = new PipedWriter();
    qmp = new Qmp("worker1", new PipedReader(qemu), new Answering(), () -> {});
    qemu.write(GREETING);
    qmp.begin(deadline);
  }

  @Test
  void leavesTheNegotiationFirst() {
    assertThat(sent.toString())
        .isEqualTo("{\"execute\":\"qmp_capabilities\",\"arguments\":{},\"id\":1}\n");
  }

  @Test
  void findsItsAnswerBetweenEvents() {
    JsonObject arguments = new JsonObject();
    arguments.addProperty("name", "card-path-a");

    assertThat(qmp.execute("set_link", arguments, deadline).getAsJsonObject().size()).isZero();

    assertThat(sent.toString())
        .endsWith("{\"execute\":\"set_link\",\"arguments\":{\"name\":\"card-path-a\"},\"id\":2}\n");
  }

  @Test
  void tellsWhatQemuRefuses() {
    assertThatThrownBy(() -> qmp.execute("no-such-thing", deadline))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("worker1")
        .hasMessageContaining("The command no-such-thing has not been found");
  }

  @Test
  void knowsWhenQemuHasEnded() throws IOException {
    qemu.close();

    qmp.ended().join();
    assertThatThrownBy(() -> qmp.execute("cont", deadline))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("has ended");
  }

  /** The other end: answers each command as it is sent, with an event before it. */
  private final class Answering extends Writer {
    @Override
    public void write(char[] text, int from, int length) throws IOException {
      String line = new String(text, from, length);
      sent.write(line);
      String id = line.replaceAll("(?s).*\"id\":(\\d+).*", "$1");
      qemu.write(
          "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"RESET\"}\r\n");
      qemu.write(
          line.contains("no-such-thing")
              ? "{\"id\": %s, \"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command no-such-thing has not been found\"}}\r\n"
                  .formatted(id)
              : "{\"return\": {}, \"id\": %s}\r\n".formatted(id));
      qemu.flush();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
