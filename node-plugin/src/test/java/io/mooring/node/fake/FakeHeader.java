package io.mooring.node.fake;

import io.mooring.node.crypt.LuksHeader;
import java.util.ArrayList;
import java.util.List;

/** An encryption header on a fake disk. */
public final class FakeHeader {
  static final long BYTES = 16L << 20;

  final List<String> keys = new ArrayList<>();
  String subsystem = LuksHeader.NEW;
  long epoch = 1;

  FakeHeader(String passphrase) {
    keys.add(passphrase);
  }

  /** One passphrase may have several keys. */
  public boolean add(String passphrase) {
    epoch++;
    return keys.add(passphrase);
  }

  void markUsed() {
    epoch++;
    subsystem = LuksHeader.USED;
  }

  boolean remove(String passphrase) {
    boolean there = keys.remove(passphrase);
    epoch += there ? 1 : 0;
    return there;
  }

  /** As cryptsetup leaves it that dies while it makes the first key. */
  public void killedBeforeItsFirstKey() {
    keys.clear();
  }

  /** What opens it. */
  public List<String> keys() {
    return List.copyOf(keys);
  }
}
