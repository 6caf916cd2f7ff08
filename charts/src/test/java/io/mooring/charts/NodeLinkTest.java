package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How node plugins and controller find and know each other. */
final class NodeLinkTest {
  private static final Rendered DEFAULTS = Chart.render("{}");

  private static List<String> args(Rendered rendered, String container) {
    return rendered.containers().stream()
        .filter(candidate -> candidate.getName().equals(container))
        .map(Container::getArgs)
        .findFirst()
        .orElseThrow();
  }

  private static List<VolumeProjection> projections(Rendered rendered) {
    return rendered.pods().stream()
        .map(PodSpec::getVolumes)
        .flatMap(List::stream)
        .filter(volume -> volume.getName().equals("link"))
        .map(Volume::getProjected)
        .flatMap(projected -> projected.getSources().stream())
        .toList();
  }

  @Test
  void nodesLinkToTheServiceOfTheControllers() {
    Service service = DEFAULTS.one(Service.class, "mooring-node-link");

    assertThat(args(DEFAULTS, "mooring-node"))
        .contains("--link.address=mooring-node-link.mooring-system.svc:9758");
    assertThat(args(DEFAULTS, "mooring-controller"))
        .contains("--link.listen=0.0.0.0:9758", "--link.node-account=mooring-node");
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> assertThat(port.getPort()).isEqualTo(9758));
    assertThat(service.getSpec().getSelector())
        .containsEntry("app.kubernetes.io/component", "controller");
  }

  /** A node that mounted the controller's Secret could read its key. */
  @Test
  void nodesGetATokenForTheControllerAloneAndTheAuthorityWithoutAnyKey() {
    List<VolumeProjection> sources = projections(DEFAULTS);

    assertThat(sources).hasSize(2).allMatch(source -> source.getSecret() == null);
    assertThat(sources.getFirst().getServiceAccountToken().getAudience())
        .isEqualTo("csi.mooring.io/node-link");
    assertThat(sources.getLast().getConfigMap().getName()).isEqualTo("mooring-link-authority");
  }

  /** Helm would overwrite at each upgrade what the controller has written. */
  @Test
  void theChartLeavesTheAuthorityToTheController() {
    assertThat(DEFAULTS.one(ConfigMap.class, "mooring-link-authority").getData()).isNullOrEmpty();
  }

  @Test
  void theControllersPolicyLetsNodesIn() {
    NetworkPolicy policy = DEFAULTS.one(NetworkPolicy.class, "mooring-controller");

    assertThat(policy.getSpec().getIngress())
        .anyMatch(rule ->
            rule.getFrom().isEmpty()
                && rule.getPorts().stream()
                    .anyMatch(port -> port.getPort().getIntVal().equals(9758)));
  }

  @Test
  void addressAndNamesCanBeGiven() {
    Rendered rendered =
        Chart.render(
            "nodeLink: {address: '192.0.2.7:9758', clusterIP: 192.0.2.7, serverName: ctl}");

    assertThat(args(rendered, "mooring-node"))
        .contains("--link.address=192.0.2.7:9758", "--link.server-name=ctl");
    assertThat(rendered.one(Service.class, "mooring-node-link").getSpec().getClusterIP())
        .isEqualTo("192.0.2.7");
  }

  @Test
  void switchedOffNothingOfItIsLeft() {
    Rendered rendered = Chart.render("nodeLink: {enabled: false}");

    assertThat(projections(rendered)).isEmpty();
    assertThat(rendered.all(Service.class)).noneMatch(NodeLinkTest::isOfLinks);
    assertThat(Stream.of("mooring-node", "mooring-controller").map(name -> args(rendered, name)))
        .allMatch(args -> args.stream().noneMatch(arg -> arg.startsWith("--link.")));
  }

  private static boolean isOfLinks(Service service) {
    return service.getMetadata().getName().endsWith("node-link");
  }
}
