package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What keeps pods there: through drains, the loss of a node, pressure, and a process that hangs.
 */
final class PodsTest {
  private static final Rendered EVERYTHING = Chart.render(Samples.AGENTS);

  private static final Map<String, String> CONTROLLERS =
      Map.of(
          "app.kubernetes.io/name", "mooring",
          "app.kubernetes.io/instance", "mooring",
          "app.kubernetes.io/component", "controller");

  @Test
  void aDrainTakesOneReplicaAtATimeAndNeverHangsOnOneThatIsNotReady() {
    PodDisruptionBudgetSpec budget =
        EVERYTHING.one(PodDisruptionBudget.class, "mooring-controller").getSpec();

    assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
    assertThat(budget.getMinAvailable()).isNull();
    assertThat(budget.getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
    assertThat(budget.getSelector().getMatchLabels()).isEqualTo(CONTROLLERS);
  }

  @Test
  void replicasPreferDifferentHostsUnlessTheSiteSaysOtherwise() {
    List<WeightedPodAffinityTerm> preferred =
        controller(EVERYTHING)
            .getAffinity()
            .getPodAntiAffinity()
            .getPreferredDuringSchedulingIgnoredDuringExecution();

    assertThat(preferred).hasSize(1);
    PodAffinityTerm term = preferred.getFirst().getPodAffinityTerm();
    assertThat(term.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
    assertThat(term.getLabelSelector().getMatchLabels()).isEqualTo(CONTROLLERS);
    assertThat(
            controller(Chart.render("controller: {affinity: {nodeAffinity: {}}}"))
                .getAffinity()
                .getPodAntiAffinity())
        .isNull();
  }

  @Test
  void everyProcessOfOursIsAskedWhetherItLivesAndWhetherItIsReady() {
    assertThat(ours(EVERYTHING).map(Container::getName).distinct())
        .containsExactlyInAnyOrder("mooring-controller", "mooring-node", "mooring-agent");
    assertThat(ours(EVERYTHING))
        .allSatisfy(container -> {
          assertThat(asked(container.getStartupProbe())).startsWith("/healthz ");
          assertThat(asked(container.getLivenessProbe())).startsWith("/healthz ");
          assertThat(asked(container.getReadinessProbe())).startsWith("/readyz ");
          assertThat(patience(container.getStartupProbe()))
              .as("a JVM on a busy node")
              .isGreaterThanOrEqualTo(300);
          assertThat(patience(container.getLivenessProbe()))
              .as("a restart is no remedy for a busy node")
              .isGreaterThanOrEqualTo(120);
        });
    assertThat(ours(EVERYTHING).map(container -> asked(container.getReadinessProbe())).distinct())
        .containsExactlyInAnyOrder(
            "/readyz null:metrics", "/readyz 127.0.0.1:9752", "/readyz 127.0.0.1:9753");
  }

  @Test
  void sidecarsThatLostTheirLeaseWithoutNoticingAreRestarted() {
    assertThat(controller(EVERYTHING).getContainers())
        .hasSize(3)
        .allSatisfy(sidecar ->
            assertThat(asked(sidecar.getLivenessProbe()))
                .isEqualTo(
                    "/healthz/leader-election null:" + sidecar.getName().replaceFirst("csi-", "")));
  }

  @Test
  void noneIsEvictedForAnotherPodAndASiteCanSayOtherwise() {
    assertThat(controller(EVERYTHING).getPriorityClassName()).isEqualTo("system-cluster-critical");
    assertThat(daemons(EVERYTHING))
        .hasSize(3)
        .allMatch(pod -> pod.getPriorityClassName().equals("system-node-critical"));

    Rendered without =
        Chart.render(
            """
            controller: {priorityClassName: ""}
            node: {priorityClassName: ""}
            """
                + Samples.AGENTS.replace(
                    "enabled: true", "enabled: true\n  priorityClassName: ''"));
    assertThat(Stream.concat(Stream.of(controller(without)), daemons(without).stream()))
        .hasSize(4)
        .allMatch(pod -> pod.getPriorityClassName() == null);
  }

  /** The privileged ones have none: the container runtime would not apply it. */
  @Test
  void onlyTheControllersPodIsConfined() {
    var context = controller(EVERYTHING).getSecurityContext();

    assertThat(context.getRunAsNonRoot()).isTrue();
    assertThat(context.getRunAsUser()).isEqualTo(65532);
    assertThat(context.getFsGroup()).isEqualTo(65532);
    assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(daemons(EVERYTHING)).allMatch(pod -> pod.getSecurityContext() == null);
  }

  private static PodSpec controller(Rendered rendered) {
    return rendered.one(Deployment.class, "mooring-controller").getSpec().getTemplate().getSpec();
  }

  private static List<PodSpec> daemons(Rendered rendered) {
    return rendered.all(DaemonSet.class).stream()
        .map(daemons -> daemons.getSpec().getTemplate().getSpec())
        .toList();
  }

  private static Stream<Container> ours(Rendered rendered) {
    return Stream.concat(Stream.of(controller(rendered)), daemons(rendered).stream())
        .flatMap(
            pod -> Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()))
        .filter(container -> container.getName().startsWith("mooring-"));
  }

  /** {@code path host:port}. */
  private static String asked(Probe probe) {
    HTTPGetAction get = probe.getHttpGet();
    return get.getPath() + " " + get.getHost() + ":" + get.getPort().getValue();
  }

  private static int patience(Probe probe) {
    return probe.getPeriodSeconds() * probe.getFailureThreshold();
  }
}
