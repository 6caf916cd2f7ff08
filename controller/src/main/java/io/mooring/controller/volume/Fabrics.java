package io.mooring.controller.volume;

import io.mooring.controller.target.StorageTarget;
import java.util.List;

/**
 * From which storage networks a volume is to be reached, as CSI's {@code TopologyRequirement}.
 *
 * @param required a target must serve one of these; empty for any
 * @param preferred these first, in this order
 */
public record Fabrics(List<String> required, List<String> preferred) {
  /** Nothing is said. */
  public static final Fabrics ANY = new Fabrics(List.of(), List.of());

  public Fabrics {
    required = List.copyOf(required);
    preferred = List.copyOf(preferred);
  }

  /** Reached from that one. */
  public static Fabrics of(String fabric) {
    return new Fabrics(List.of(fabric), List.of());
  }

  /** Whether a volume may be on a target that serves these. */
  public boolean admit(List<String> served) {
    return required.isEmpty() || served.stream().anyMatch(required::contains);
  }

  /** Whether a volume may be on that target. */
  public boolean admit(StorageTarget target) {
    return admit(target.share().fabrics());
  }
}
