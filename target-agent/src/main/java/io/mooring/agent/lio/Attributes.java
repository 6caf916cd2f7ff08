package io.mooring.agent.lio;

import io.mooring.runtime.failure.Failure;

/** Attributes that are written only where they differ, and read back. */
final class Attributes {
  private Attributes() {}

  static void set(ConfigFs fs, String attribute, String value) {
    if (fs.read(attribute).equals(value)) {
      return;
    }
    fs.write(attribute, value);
    String found = fs.read(attribute);
    if (!found.equals(value)) {
      throw Failure.internal(
          "%s reads \"%s\" after \"%s\" was written; the kernel log of this host says more"
              .formatted(fs.absolute(attribute), found, value));
    }
  }
}
