package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.deployment.AgentHost;
import java.time.Duration;

/** The StorageTarget of the lab, by kubectl. */
final class TargetObject {
  private final KubeLab lab;

  TargetObject(KubeLab lab) {
    this.lab = requireNonNull(lab, "lab is null");
  }

  /** Changes it: a JSON merge patch. */
  void patch(String patch) {
    lab.kubectl()
        .check("patch", "storagetarget", AgentHost.TARGET, "--type=merge", "--patch", patch);
  }

  String field(String path) {
    return lab.kubectl().check("get", "storagetarget", AgentHost.TARGET, "-o=jsonpath=" + path);
  }

  /** A field such as {@code reason} of the condition of that type. */
  String condition(String type, String field) {
    return field("{.status.conditions[?(@.type==\"%s\")].%s}".formatted(type, field));
  }

  /** Waits for what is said of maintenance: of the spec as it is now, and no earlier one. */
  void awaitMaintenance(String expected, Duration limit) {
    KubeLab.await(
        "condition Maintenance to be " + expected,
        limit,
        () ->
            field("{.metadata.generation}").equals(condition("Maintenance", "observedGeneration"))
                ? condition("Maintenance", "status") + " " + condition("Maintenance", "reason")
                : "of an earlier spec",
        expected::equals);
  }
}
