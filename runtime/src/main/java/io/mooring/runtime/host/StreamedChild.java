package io.mooring.runtime.host;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A child whose output is read while it runs, with somebody who ends it when its time is up. */
final class StreamedChild {
  private static final long LOOK_MILLIS = 5;

  private final Command command;
  private final Process process;

  /** Completes with the child's end: empty for an end of its own, else why it was ended. */
  private final CompletableFuture<Optional<Failure>> end = new CompletableFuture<>();

  private StreamedChild(Command command, Process process) {
    this.command = requireNonNull(command, "command is null");
    this.process = requireNonNull(process, "process is null");
  }

  /**
   * A child that has just been started.
   *
   * @param untilEnd waits for its end, or ends it and then says why
   */
  static StreamedChild watched(
      Command command, Process process, Supplier<Optional<Failure>> untilEnd) {
    StreamedChild child = new StreamedChild(command, process);
    // A platform thread: it waits in a system call.
    Thread.ofPlatform()
        .daemon()
        .name(command.program() + "-limit")
        .start(() -> child.end.completeAsync(untilEnd, Runnable::run));
    return child;
  }

  /**
   * Reads until the child has ended; it has when this returns or throws.
   *
   * @return what the reader found wrong with it
   */
  Optional<IOException> read(OutputReader reader) {
    try (InputStream stdout = new Output(process.getInputStream(), reader)) {
      Optional<IOException> misread = Optional.empty();
      try {
        reader.read(stdout);
      } catch (IOException e) {
        misread = Optional.of(e);
      }
      stdout.transferTo(OutputStream.nullOutputStream());
      awaitEnd();
      return misread;
    } catch (IOException e) {
      throw ended(CommandRunner.unreadable(command, e));
    } catch (RuntimeException | Error e) {
      throw ended(e);
    }
  }

  /** What the reader missed is a consequence where the child was ended for its time. */
  private RuntimeException ended(Throwable thrown) {
    if (!end.isDone()) {
      new ProcessTree(process).end();
    }
    try {
      awaitEnd();
    } catch (Failure late) {
      if (late != thrown) {
        late.addSuppressed(thrown);
      }
      return late;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }

  private void awaitEnd() {
    end.join()
        .ifPresent(failure -> {
          throw failure;
        });
  }

  /**
   * Never waits in the kernel: a child that survives its kill there holds its end of the pipe for
   * ever.
   */
  private final class Output extends InputStream {
    private final InputStream pipe;
    private final OutputReader reader;

    Output(InputStream pipe, OutputReader reader) {
      this.pipe = pipe;
      this.reader = reader;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      while (length > 0 && pipe.available() == 0) {
        reader.requireWanted();
        if (hasEnded()) {
          awaitEnd();
          // What somebody else writes to it after the child's end is not the child's.
          return pipe.available() == 0 ? -1 : pipe.read(into, offset, length);
        }
      }
      return length == 0 ? 0 : pipe.read(into, offset, Math.min(length, pipe.available()));
    }

    private boolean hasEnded() throws IOException {
      try {
        var _ = end.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.unavailable(
            command.program() + " was ended because the process is stopping; try again");
      } catch (ExecutionException e) {
        throw new IOException("its end cannot be seen", e);
      }
    }

    @Override
    public void close() throws IOException {
      pipe.close();
    }
  }
}
