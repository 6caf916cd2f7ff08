package io.mooring.controller.volume;

import io.mooring.runtime.failure.Failure;
import java.nio.charset.StandardCharsets;

/** The names that CSI clients give to what they want: their keys for repeated calls. */
public final class CsiName {
  private static final int LONGEST = 128;

  private CsiName() {}

  /**
   * A name that can be used.
   *
   * @throws Failure INVALID_ARGUMENT for one that is missing, too long, or holds control characters
   */
  public static String require(String name) {
    if (name.isEmpty()) {
      throw Failure.invalidArgument("name is missing; give one");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw Failure.invalidArgument("name is longer than %d bytes; shorten it".formatted(LONGEST));
    }
    if (name.codePoints().anyMatch(CsiName::banned)) {
      throw Failure.invalidArgument("name holds a control character; leave it out");
    }
    return name;
  }

  /** Specification, CreateVolumeRequest.name: control characters other than tab, LF and CR. */
  private static boolean banned(int c) {
    return c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c >= 0x7f && c <= 0x9f;
  }
}
