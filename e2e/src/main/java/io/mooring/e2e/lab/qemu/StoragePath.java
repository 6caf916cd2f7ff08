package io.mooring.e2e.lab.qemu;

import java.util.Locale;

/** One of the two separate networks between the workers and the storage host. */
public enum StoragePath {
  A(1),
  B(2);

  private final int network;

  StoragePath(int network) {
    this.network = network;
  }

  /** {@code a} or {@code b}. */
  public String letter() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The worker's network card and interface. */
  public String device() {
    return "path-" + letter();
  }

  /** The storage host's address. */
  public String storageAddress() {
    return "10.77." + network + ".1";
  }

  /** The storage host's iSCSI portal, {@code address:port}. */
  public String portal() {
    return storageAddress() + ":3260";
  }

  /** A worker's address. */
  public String workerAddress(int worker) {
    return "10.77." + network + "." + (10 + worker);
  }

  /** The other one. */
  public StoragePath other() {
    return this == A ? B : A;
  }
}
