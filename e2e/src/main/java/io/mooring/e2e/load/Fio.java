package io.mooring.e2e.load;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;

/**
 * A steady load of fio's, past the page cache, and how fast it went.
 *
 * @param file a device or an existing file
 * @param pattern in fio's words: {@code read}, {@code write}, {@code randread}, {@code randwrite}
 * @param blockBytes of each request
 * @param depth how many requests are under way at once
 * @param bytes from the beginning of the file that are used
 * @param running for how long, after two seconds that do not count
 */
public record Fio(
    String file, String pattern, int blockBytes, int depth, long bytes, Duration running) {
  public Fio {
    requireNonNull(file, "file is null");
    requireNonNull(pattern, "pattern is null");
    requireNonNull(running, "running is null");
  }

  /** For a shell. */
  public String command() {
    return "fio --name=load --filename=%s --rw=%s --bs=%d --iodepth=%d --size=%d --runtime=%d --time_based --ramp_time=2 --ioengine=libaio --direct=1 --output-format=json"
        .formatted(file, pattern, blockBytes, depth, bytes, running.toSeconds());
  }

  /** What the command printed, in bytes per second. */
  public static long bytesPerSecond(String output) {
    // fio prints notes before its JSON.
    JsonObject fio =
        JsonParser.parseString(output.substring(output.indexOf('{'))).getAsJsonObject();
    JsonObject job = fio.getAsJsonArray("jobs").get(0).getAsJsonObject();
    if (job.get("error").getAsInt() != 0) {
      throw new IllegalStateException("fio saw error " + job.get("error"));
    }
    return bytesPerSecond(job, "read") + bytesPerSecond(job, "write");
  }

  private static long bytesPerSecond(JsonObject job, String direction) {
    return job.getAsJsonObject(direction).get("bw_bytes").getAsLong();
  }
}
