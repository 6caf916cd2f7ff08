package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong values are refused before anything is installed, in words that name them. */
final class SchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "controller: {replica: 2}                        | replica",
        "controller: {replicas: two}                     | replicas",
        "controller: {replicas: 0}                       | replicas",
        "controller: {logLevel: loud}                    | logLevel",
        "tls: {mode: self-signed}                        | mode",
        "tls: {agents: [San_1]}                          | agents",
        "image: {tag: latest}                            | tag",
        "image: {pullPolicy: Sometimes}                  | pullPolicy",
        "provisioner: {timeout: 150}                     | timeout",
        "node: {groups: []}                              | groups",
        "node: {groups: [{name: a}]}                     | fabric",
        "node: {kubeletDir: var/lib/kubelet}             | kubeletDir",
        "storageClasses: [{name: a, fsType: ntfs}]       | fsType",
        "storageClasses: [{name: a, parameters: {p: x}}] | parameters",
        "storageClasses: [{name: a, parameters: {encryption: luks1}}] | encryption",
        "storageClasses: [{name: a, parameters: {readIops: many}}] | readIops",
        "networkPolicy: {agentPorts: [99999]}            | agentPorts",
        "tls: {agents: [san1..example]}                  | agents",
        "monitoring: {interval: 1.5m}                    | interval",
        "node: {javaOptions: Xmx96m}                     | javaOptions",
        "controller: {priorityClassName: High}           | priorityClassName",
        "controller: {resources: {requests: {memory: lots}}} | memory",
        "csiDriver: {seLinuxMount: maybe}                | seLinuxMount",
        "monitoring: {dashboard: {labels: {a: 1}}}       | labels",
        "agent: {enabled: true}                          | hosts",
        "agent: {hosts: [{node: storage1, targetName: t, portals: [host], pools: {p: {backend: file, directory: /srv/p}}}]} | portals",
        "agent: {hosts: [{node: storage1, targetName: t, portals: ['192.0.2.1:3260'], pools: {p: {backend: thin}}}]} | thin-pool",
        "snapshotMetadata: {address: nowhere}            | address",
        "snapshotMetadata: {caCert: base64}              | caCert",
        "nodes: {}                                       | nodes",
      })
  void aWrongValueIsNamed(String values, String named) {
    assertThatThrownBy(() -> Chart.template(values))
        .hasMessageContaining("values don't meet the specifications of the schema")
        .hasMessageContaining(named);
  }

  /** Go reads fractions of hours; StorageTargets have dots in their names where hosts have. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "provisioner: {timeout: 1.5m}                    | --timeout=1.5m",
        "tls: {agents: [san1.example.net]}               | mooring-agent-san1.example.net-tls",
        "{tls: {mode: cert-manager, certManager: {duration: 1080.5h}}} | duration: 1080.5h",
        "monitoring: {interval: 1m30s, serviceMonitor: {enabled: true}} | interval: 1m30s",
      })
  void whatWorksIsTaken(String values, String rendered) {
    assertThat(Chart.template(values)).contains(rendered);
  }

  @Test
  void twoGroupsOfOneNameAreRefused() {
    assertThatThrownBy(
            () -> Chart.template("node: {groups: [{name: a, fabric: a}, {name: a, fabric: b}]}"))
        .hasMessageContaining("node.groups: two entries are named a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "controller: {options: {cluster: a}}",
        "node: {options: {cluster: a, fabric: b}}",
        "agent: {enabled: true, hosts: [{node: storage1, targetName: t, portals: ['192.0.2.1:3260'], options: {listen: ':1'}, pools: {p: {backend: file, directory: /srv/p}}}]}"
      })
  void anOptionThatTheChartSetsIsRefused(String values) {
    assertThatThrownBy(() -> Chart.template(values)).hasMessageContaining("is set by the chart");
  }

  @Test
  void anOldKubernetesIsRefused() {
    assertThatThrownBy(() -> Chart.template("{}", "mooring", "1.30.9"))
        .hasMessageContaining("chart requires kubeVersion: >=1.31.0-0");
  }

  @Test
  void otherGlobalValuesOfAParentChartAreNoMistake() {
    assertThat(Chart.template("global: {domain: example.net}")).contains("csi.mooring.io");
  }
}
