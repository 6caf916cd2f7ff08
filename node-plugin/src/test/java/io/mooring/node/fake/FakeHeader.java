package io.mooring.node.fake;

import io.mooring.node.crypt.LuksHeader;
import java.util.LinkedHashSet;
import java.util.Set;

/** An encryption header on a fake disk. */
public final class FakeHeader {
  static final long BYTES = 16L << 20;

  final Set<String> keys = new LinkedHashSet<>();
  String subsystem = LuksHeader.NEW;

  FakeHeader(String passphrase) {
    keys.add(passphrase);
  }

  /** What opens it. */
  public Set<String> keys() {
    return Set.copyOf(keys);
  }
}
