package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * A process in a pod that writes one numbered, synced line after the other into its volume and ends
 * at the first error. Each line carries the time since the system's start, so the longest gap is
 * the longest stall.
 */
public final class PodWriter {
  /** What the pod runs. */
  public static final String SCRIPT =
      """
      i=0
      while read -r up rest < /proc/uptime && echo "$i $up $HOSTNAME" >> /data/lines && sync -d /data/lines; do
        i=$((i + 1))
      done
      echo "a write failed after line $i" > /dev/termination-log
      exit 1
      """;

  private final Space space;
  private final String pod;

  public PodWriter(Space space, String pod) {
    this.space = requireNonNull(space, "space is null");
    this.pod = requireNonNull(pod, "pod is null");
  }

  /** Waits until it has written that many lines more. */
  public void awaitLines(int more, Duration limit) {
    long before =
        Long.parseLong(
            KubeLab.await("a look into pod " + pod, limit, this::lines, count -> !count.isEmpty()));
    KubeLab.await(
        more + " more lines of pod " + pod + " than " + before,
        limit,
        this::lines,
        count -> !count.isEmpty() && Long.parseLong(count) - before >= more);
  }

  /** How many there are; empty while a kubelet that starts does not know the pod yet. */
  private String lines() {
    return space
        .kubectlResult("exec", pod, "--", "/bin/sh", "-c", "wc -l < /data/lines")
        .stdout()
        .strip();
  }

  /** Whether the container has never ended. */
  public boolean unharmed() {
    return space
        .kubectl("get", "pod", pod, "-o=jsonpath={.status.containerStatuses[0].restartCount}")
        .equals("0");
  }

  /** Reads every line back: none is missing, none is double. Returns the longest gap. */
  public Duration longestGap() {
    List<String> lines = space.exec(pod, "cat /data/lines").lines().toList();
    double longest = 0;
    double last = 0;
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split(" ", -1);
      if (!words[0].equals(String.valueOf(i))) {
        throw new IllegalStateException("line " + i + " of pod " + pod + " is: " + lines.get(i));
      }
      double now = Double.parseDouble(words[1]);
      longest = i == 0 ? 0 : Math.max(longest, now - last);
      last = now;
    }
    return Duration.ofMillis(Math.round(longest * 1000));
  }
}
