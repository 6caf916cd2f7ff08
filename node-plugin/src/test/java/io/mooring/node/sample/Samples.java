package io.mooring.node.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;

/**
 * What real hosts answered: captured on Debian 13, kernel 6.12, open-iscsi 2.1.11, multipath-tools
 * 0.11.1, util-linux 2.41, against LIO; those of btrfs with btrfs-progs 6.2 on 6.18.
 */
public final class Samples {
  private Samples() {}

  /** A sample as text, by its path below the node plugin's test resources. */
  public static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** A sample as bytes. */
  public static byte[] bytes(String name) {
    try (InputStream in = Samples.class.getResourceAsStream("/io/mooring/node/" + name)) {
      if (in == null) {
        throw new NoSuchFileException(name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
