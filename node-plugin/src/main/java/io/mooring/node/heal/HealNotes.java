package io.mooring.node.heal;

import java.util.Map;

/** What the healer tells of its doings. Called on its thread, so it must not block. */
public interface HealNotes {
  /** Something was put right. */
  void healed(Ailment what);

  /** How much is wrong now and is not put right, or not yet; an ailment that is missing is none. */
  void present(Map<Ailment, Long> found);
}
