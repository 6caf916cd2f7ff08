package io.mooring.e2e.lab.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The frames between the driver and lab-shell. */
class GuestShellTest {
  private ServerSocket guest = closed();
  private CompletableFuture<String> request = new CompletableFuture<>();

  @BeforeEach
  void listen() throws IOException {
    guest = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    request = new CompletableFuture<>();
  }

  @AfterEach
  void close() throws IOException {
    guest.close();
  }

  @Test
  void putsOutputTogetherFromFrames() {
    answer(frames -> {
      frame(frames, 'o', "one ");
      frame(frames, 'e', "bad");
      frame(frames, 'o', "two\n");
      exit(frames, 3);
    });

    GuestResult result = shell().run("say", "in".getBytes(StandardCharsets.UTF_8), soon());

    assertThat(result).isEqualTo(new GuestResult(3, "one two\n", "bad"));
    assertThat(request.join()).isEqualTo("run secret 3 2\nsayin");
  }

  @Test
  void aFailedCheckTellsScriptAndComplaint() {
    answer(frames -> {
      frame(frames, 'e', "no such volume");
      exit(frames, 5);
    });

    assertThatThrownBy(() -> shell().check("saying", soon()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("exit code 5: saying")
        .hasMessageContaining("no such volume");
  }

  @Test
  void aConnectionThatBreaksIsUnavailable() {
    answer(frames -> frame(frames, 'o', "half"));

    assertThatThrownBy(() -> shell().run("saying", soon()))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
  }

  @Test
  void quotesWhatBashWouldRead() {
    assertThat(GuestShell.quote("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
  }

  private GuestShell shell() {
    return new GuestShell(new GuestAddress("worker1", guest.getLocalPort(), "secret"));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }

  /** What the guest sends once it has read the request. */
  private interface Answer {
    void send(DataOutputStream frames) throws IOException;
  }

  private void answer(Answer answer) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket socket = guest.accept()) {
            request.complete(readRequest(socket.getInputStream()));
            answer.send(new DataOutputStream(socket.getOutputStream()));
          } catch (IOException | CompletionException e) {
            request.completeExceptionally(e);
          }
        });
  }

  private static String readRequest(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    String[] words = line.toString().split(" ", -1);
    int bytes = Integer.parseInt(words[2]) + Integer.parseInt(words[3]);
    return line + "\n" + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  private static void frame(DataOutputStream to, char kind, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    to.writeByte(kind);
    to.writeInt(bytes.length);
    to.write(bytes);
  }

  private static void exit(DataOutputStream to, int code) throws IOException {
    to.writeByte('x');
    to.writeInt(4);
    to.writeInt(code);
  }

  private static ServerSocket closed() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
