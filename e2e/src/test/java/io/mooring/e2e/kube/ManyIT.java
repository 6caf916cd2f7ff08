package io.mooring.e2e.kube;

import io.mooring.e2e.deployment.Inventory;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Twenty claims and pods at once, and what is left of them. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class ManyIT {
  private static final int COUNT = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(20);

  private final KubeLab lab;

  ManyIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void twentyClaimsAtOnceBecomeReadyAndLeaveNothing() {
    Inventory before = lab.inventory();
    SortedSet<String> objectsBefore = objects();
    try (Space space = new Space(lab, "many")) {
      List<String> names = IntStream.rangeClosed(1, COUNT).mapToObj(n -> "many-" + n).toList();
      space.apply(
          names.stream()
              .map(name ->
                  Claim.of(name).yaml()
                      + Manifests.pod(
                          Claim.of(name), "", "echo x > /data/x && sync && exec sleep 100000"))
              .collect(Collectors.joining()));
      KubeLab.await(
          COUNT + " pods ready",
          PATIENCE,
          () ->
              String.valueOf(
                  space
                      .kubectl(
                          "get",
                          "pods",
                          "-o=jsonpath={range .items[*]}{.status.conditions[?(@.type=='Ready')].status}{\"\\n\"}{end}")
                      .lines()
                      .filter("True"::equals)
                      .count()),
          String.valueOf(COUNT)::equals);
    }
    KubeLab.await(
        "nothing left of the volumes",
        PATIENCE,
        () -> String.join("\n", left(before)),
        String::isEmpty);
    // Attachments and findings are taken back by the controllers' own rounds, a moment later.
    KubeLab.await(
        "nothing left in the API",
        PATIENCE,
        () -> String.join("\n", objectsSince(objectsBefore)),
        String::isEmpty);
  }

  private SortedSet<String> objectsSince(SortedSet<String> before) {
    SortedSet<String> fresh = objects();
    fresh.removeAll(before);
    return fresh;
  }

  private SortedSet<String> left(Inventory before) {
    return lab.inventory().since(before).stream()
        .filter(thing -> !thing.contains(": session "))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private SortedSet<String> objects() {
    return new TreeSet<>(
        lab.kubectl()
            .check(
                "get",
                "pv,volumeattachments,mooringvolumes,mooringattachments,mooringorphans",
                "-o=name")
            .lines()
            .toList());
  }
}
