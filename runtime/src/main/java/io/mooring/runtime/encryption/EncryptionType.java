package io.mooring.runtime.encryption;

import io.mooring.runtime.failure.Failure;
import java.util.Locale;
import java.util.Optional;

/** How a volume's content is kept from its storage host. */
public enum EncryptionType {
  /** By the node's dm-crypt, with a header in the form of cryptsetup(8)'s LUKS2. */
  LUKS2;

  /**
   * The StorageClass's parameter, and the key of the volume context that carries it to the node.
   */
  public static final String KEY = "encryption";

  /**
   * What a parameter or a context says.
   *
   * @param text empty for none
   * @throws Failure INVALID_ARGUMENT for any other
   */
  public static Optional<EncryptionType> parse(String text) {
    return switch (text) {
      case "" -> Optional.empty();
      case "luks2" -> Optional.of(LUKS2);
      default ->
          throw Failure.invalidArgument(
              "%s: \"%s\" is not offered; use luks2, or leave it out".formatted(KEY, text));
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
