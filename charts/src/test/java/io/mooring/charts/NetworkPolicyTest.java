package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Where the controller's pods may go: what is missing here is a controller that reaches nothing.
 */
final class NetworkPolicyTest {
  @Test
  void namesAreAskedWhereTheDnsServiceAndItsPodsListen() {
    assertThat(ports(rules("{}").getFirst()))
        .containsExactly("UDP 53", "TCP 53", "UDP 5353", "TCP 5353");
    assertThat(ports(rules("networkPolicy: {dnsPorts: [1053]}").getFirst()))
        .containsExactly("UDP 1053", "TCP 1053");
  }

  /** Policies see the server's own port, not that of the service: minikube 8443, MicroK8s 16443. */
  @Test
  void theApiOfCommonClustersAndTheAgentsAreReached() {
    assertThat(rules("{}")).hasSize(2);
    assertThat(ports(rules("{}").getLast()))
        .containsExactly("TCP 443", "TCP 6443", "TCP 8443", "TCP 16443", "TCP 9750");
    assertThat(
            ports(
                rules("networkPolicy: {apiServerPorts: [7443], agentPorts: [7443, 9751]}")
                    .getLast()))
        .containsExactly("TCP 7443", "TCP 9751");
  }

  @Test
  void agentsOfTheChartAreReachedWhereTheyListen() {
    String listening =
        Samples.AGENTS
            .replace("targetName: san1", "targetName: san1\n      listen: 0.0.0.0:9850")
            .replace("targetName: san2", "targetName: san2\n      listen: '[::]:9750'");

    assertThat(ports(rules(listening).getLast())).endsWith("TCP 9750", "TCP 9850");
    assertThat(ports(rules(listening.replace("enabled: true", "enabled: false")).getLast()))
        .as("agents that are not there")
        .endsWith("TCP 9750");
  }

  /** {@code protocol port} of each port of a rule that names no peer. */
  private static Stream<String> ports(NetworkPolicyEgressRule rule) {
    assertThat(rule.getTo()).isEmpty();
    return rule.getPorts().stream()
        .map(port -> port.getProtocol() + " " + port.getPort().getIntVal());
  }

  private static List<NetworkPolicyEgressRule> rules(String values) {
    return Chart.render(values)
        .one(NetworkPolicy.class, "mooring-controller")
        .getSpec()
        .getEgress();
  }
}
