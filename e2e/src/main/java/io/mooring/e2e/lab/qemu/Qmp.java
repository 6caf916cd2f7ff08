package io.mooring.e2e.lab.qemu;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * QEMU's machine protocol: one JSON document per line; answers carry the number of the command,
 * events come in between. See docs/interop/qmp-spec in QEMU.
 */
final class Qmp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Qmp.class);

  private final String vm;
  private final BufferedReader from;
  private final Writer to;
  private final Closeable connection;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, CompletableFuture<JsonObject>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /**
   * A conversation that has not begun.
   *
   * @param vm for messages
   * @param connection closed with this object
   */
  Qmp(String vm, Reader from, Writer to, Closeable connection) {
    this.vm = requireNonNull(vm, "vm is null");
    this.from = new BufferedReader(from);
    this.to = requireNonNull(to, "to is null");
    this.connection = requireNonNull(connection, "connection is null");
  }

  /** Starts to read, and leaves the mode in which QEMU only negotiates. */
  Qmp begin(Deadline deadline) {
    Thread.ofVirtual().name("qmp-" + vm).start(this::read);
    execute("qmp_capabilities", new JsonObject(), deadline);
    return this;
  }

  /** Done when QEMU has closed the connection, which it does when it ends. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Runs a command without arguments. */
  JsonElement execute(String command, Deadline deadline) {
    return execute(command, new JsonObject(), deadline);
  }

  /**
   * Runs a command and waits for its answer.
   *
   * @throws Failure INTERNAL when QEMU refuses it, UNAVAILABLE when QEMU has ended
   */
  JsonElement execute(String command, JsonObject arguments, Deadline deadline) {
    long id = lastId.incrementAndGet();
    CompletableFuture<JsonObject> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    try {
      if (ended.isDone()) {
        throw new IOException("QEMU has ended");
      }
      send(command, arguments, id);
      return result(command, answer.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS));
    } catch (IOException | ExecutionException e) {
      throw Failure.unavailable(
          "QEMU of %s did not take %s: %s; see its log".formatted(vm, command, e.getMessage()));
    } catch (TimeoutException e) {
      throw Failure.deadlineExceeded("QEMU of " + vm + " did not answer " + command + " in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.unavailable("the lab is stopping; start it again");
    } finally {
      waiting.remove(id);
    }
  }

  private synchronized void send(String command, JsonObject arguments, long id) throws IOException {
    JsonObject document = new JsonObject();
    document.addProperty("execute", command);
    document.add("arguments", arguments);
    document.addProperty("id", id);
    to.write(document + "\n");
    to.flush();
  }

  private JsonElement result(String command, JsonObject answer) {
    @Nullable JsonElement error = answer.get("error");
    if (error != null) {
      String reason = error.getAsJsonObject().get("desc").getAsString();
      throw Failure.internal("QEMU of %s refuses %s: %s".formatted(vm, command, reason));
    }
    return answer.get("return");
  }

  private void read() {
    String why = "QEMU has ended";
    try {
      for (@Nullable String line = from.readLine(); line != null; line = from.readLine()) {
        dispatch(line);
      }
    } catch (IOException | JsonParseException e) {
      why = e.toString();
    }
    ended.complete(null);
    IOException broken = new IOException(why);
    waiting.values().forEach(answer -> answer.completeExceptionally(broken));
  }

  private void dispatch(String line) {
    JsonObject document = JsonParser.parseString(line).getAsJsonObject();
    @Nullable JsonElement id = document.get("id");
    if (id == null) {
      LOG.debug("{}: {}", vm, line);
      return;
    }
    @Nullable CompletableFuture<JsonObject> answer = waiting.get(id.getAsLong());
    if (answer != null) {
      answer.complete(document);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.warn("closing the control socket of {}: {}", vm, e.toString());
    }
  }
}
