package io.mooring.node.heal;

/** One thing that can be wrong, and what is done about it. Used by one thread. */
interface Step {
  /** Looks for it and does what is to be done. What is whole costs nothing but a look at sysfs. */
  void run(Look look, HealLog log);
}
