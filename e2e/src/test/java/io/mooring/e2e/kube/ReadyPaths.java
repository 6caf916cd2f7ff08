package io.mooring.e2e.kube;

import java.time.Duration;

/** What the first worker's multipathd says of a claim's volume, past Mooring. */
final class ReadyPaths {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private ReadyPaths() {}

  /** Waits until that many of its paths are ready. */
  static void await(KubeLab lab, Space space, String claim, int count) {
    String wwid = "36001405" + space.serial(claim).substring(0, 25);
    KubeLab.await(
        count + " ready paths",
        PATIENCE,
        () ->
            lab.node(1)
                .vm()
                .shell()
                .run(
                    "multipathd show paths raw format '%w %t %o %T' | grep -c '^"
                        + wwid
                        + " active running ready'")
                .text(),
        String.valueOf(count)::equals);
  }
}
