package io.mooring.controller.path;

import static java.util.Objects.requireNonNull;

/** A pod that has a volume, as its node says. */
public record Pod(String namespace, String name, String uid) {
  public Pod {
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
    requireNonNull(uid, "uid is null");
  }
}
