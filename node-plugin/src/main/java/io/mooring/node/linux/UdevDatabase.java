package io.mooring.node.linux;

import static java.util.Objects.requireNonNull;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads udevd's records; udevd replaces a record as a whole when it has finished with a device. */
public final class UdevDatabase implements Udev {
  private static final String PROPERTY = "E:";

  /** systemd from 257 on writes this into a record while a worker is still at the device. */
  private static final String UNDER_WAY = "ID_PROCESSING";

  private final Path records;

  /**
   * @param records {@code /run/udev/data}
   */
  public UdevDatabase(Path records) {
    this.records = requireNonNull(records, "records is null");
  }

  @Override
  public Optional<Map<String, String>> block(DeviceNumber device) {
    Path record = records.resolve("b" + device);
    try {
      return Optional.of(parse(new String(Files.readAllBytes(record), StandardCharsets.UTF_8)))
          .filter(properties -> !properties.containsKey(UNDER_WAY));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failure.internal("could not read udev's record " + record, e);
    }
  }

  static Map<String, String> parse(String text) {
    Map<String, String> properties = new HashMap<>();
    text.lines()
        .filter(line -> line.startsWith(PROPERTY) && line.indexOf('=') > 0)
        .forEach(line -> {
          int equals = line.indexOf('=');
          properties.put(line.substring(PROPERTY.length(), equals), line.substring(equals + 1));
        });
    return Map.copyOf(properties);
  }
}
