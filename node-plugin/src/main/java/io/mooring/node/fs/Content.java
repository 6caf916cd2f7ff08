package io.mooring.node.fs;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/** What is on a device. */
public sealed interface Content {
  /**
   * Proven blank: every byte at the places where file systems, partition tables and volume managers
   * leave their marks was read from the device itself and is zero, and blkid found nothing.
   */
  record Blank() implements Content {}

  /**
   * A file system.
   *
   * @param type blkid's word for it, for example {@code ext4}
   * @param uuid its own uuid; empty when it has none
   * @param sizeBytes how far it reaches; empty where blkid does not say, as before util-linux 2.39
   */
  record Formatted(String type, String uuid, OptionalLong sizeBytes) implements Content {
    public Formatted {
      requireNonNull(type, "type is null");
      requireNonNull(uuid, "uuid is null");
      requireNonNull(sizeBytes, "sizeBytes is null");
    }

    /** One of which the size is not known. */
    public Formatted(String type, String uuid) {
      this(type, uuid, OptionalLong.empty());
    }
  }

  /** A volume that is encrypted, of which nothing more can be said without its key. */
  record Encrypted() implements Content {}

  /**
   * Something else: never to be formatted.
   *
   * @param found what was found, for a sentence
   */
  record Unknown(String found) implements Content {
    public Unknown {
      requireNonNull(found, "found is null");
    }
  }
}
