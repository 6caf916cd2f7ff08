package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.marcnuri.helm.LintResult;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Combinations of values that sites have; every object must fit its API type. */
final class MatrixTest {
  private static final Set<String> FOREIGN =
      Set.of(
          "Certificate",
          "Issuer",
          "ServiceMonitor",
          "PodMonitor",
          "PrometheusRule",
          "SnapshotMetadataService");

  static Stream<Arguments> combinations() {
    return Stream.of(
        argumentSet("defaults", "{}", List.of("Secret/mooring-ca", "CSIDriver/csi.mooring.io")),
        argumentSet(
            "agents",
            Samples.AGENTS,
            List.of("DaemonSet/mooring-agent-san1", "Secret/mooring-agent-san2-tls")),
        argumentSet(
            "cert-manager",
            "tls: {mode: cert-manager, agents: [san9]}",
            List.of("Issuer/mooring", "Certificate/mooring-agent-san9-tls")),
        argumentSet(
            "cert-manager with an issuer of the site's own",
            "tls: {mode: cert-manager, certManager: {issuerRef: {name: site, kind: ClusterIssuer, group: cert-manager.io}}}",
            List.of("Certificate/mooring-controller-tls")),
        argumentSet(
            "given secrets", "tls: {mode: secrets}", List.of("Deployment/mooring-controller")),
        argumentSet(
            "several fabrics",
            Samples.GROUPS,
            List.of("DaemonSet/mooring-node", "DaemonSet/mooring-node-rack-b")),
        argumentSet(
            "no network policy",
            "networkPolicy: {enabled: false}",
            List.of("Deployment/mooring-controller")),
        argumentSet(
            "monitors",
            "monitoring: {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}, labels: {release: prometheus}}",
            List.of("ServiceMonitor/mooring-controller", "PodMonitor/mooring-node")),
        argumentSet(
            "changed blocks",
            "snapshotMetadata: {enabled: true}",
            List.of(
                "SnapshotMetadataService/csi.mooring.io",
                "Secret/mooring-snapshot-metadata-tls",
                "Service/mooring-snapshot-metadata")),
        argumentSet(
            "a registry of the site's own",
            "global: {imageRegistry: 'registry.example.net:5000/k8s', imagePullSecrets: [{name: site}]}",
            List.of("Deployment/mooring-controller")),
        argumentSet(
            "one replica", "controller: {replicas: 1}", List.of("Deployment/mooring-controller")),
        argumentSet(
            "placement",
            """
            controller:
              nodeSelector: {role: infra}
              topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]
              affinity: {nodeAffinity: {}}
              options: {log-format: json}
              targetSecrets: [san1-tls]
            """,
            List.of("Role/mooring-controller")),
        argumentSet(
            "classes",
            """
            storageClasses:
              - {name: mooring, default: true}
              - {name: mooring-xfs, fsType: xfs, parameters: {pool: fast}, reclaimPolicy: Retain, mountOptions: [noatime]}
              - {name: mooring-btrfs, fsType: btrfs, parameters: {mkfsOptions: -d dup}}
              - name: encrypted
                parameters:
                  encryption: luks2
                  csi.storage.k8s.io/node-stage-secret-name: volume-key
                  csi.storage.k8s.io/node-stage-secret-namespace: ${pvc.namespace}
            """,
            List.of(
                "StorageClass/mooring-xfs",
                "StorageClass/mooring-btrfs",
                "StorageClass/encrypted")),
        argumentSet(
            "neither roles nor definitions nor capacity",
            "{rbac: {create: false}, crds: {install: false}, provisioner: {capacity: false}, storageClasses: []}",
            List.of("Deployment/mooring-controller")));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void everyObjectFitsItsType(String values, List<String> among) {
    Rendered rendered = Chart.render(values);

    assertThat(rendered.names()).containsAll(among).doesNotHaveDuplicates();
    assertThat(rendered.trees())
        .hasSize(
            rendered.objects().size()
                + (int)
                    rendered.trees().stream()
                        .filter(tree -> FOREIGN.contains(tree.get("kind")))
                        .count());
  }

  @Test
  void lintHasNothingToSay() {
    LintResult result = Chart.lint();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    assertThat(result.getMessages())
        .noneMatch(line -> line.contains("[WARNING]") || line.contains("[ERROR]"));
  }

  @Test
  void whatIsSwitchedOffIsNotThere() {
    assertThat(Chart.render("networkPolicy: {enabled: false}").names())
        .noneMatch(name -> name.startsWith("NetworkPolicy"));
    assertThat(Chart.render("controller: {replicas: 1}").names())
        .noneMatch(name -> name.startsWith("PodDisruptionBudget"));
    assertThat(Chart.render("tls: {mode: secrets}").names())
        .noneMatch(name -> name.startsWith("Secret"));
    assertThat(Chart.render("crds: {install: false}").names())
        .noneMatch(name -> name.startsWith("CustomResourceDefinition"));
    assertThat(Chart.render("{}").names())
        .noneMatch(name -> name.contains("agent") || name.contains("Monitor"));
  }

  @Test
  void snapshotsAreServedWhereTheirApiIsOrWhereItIsSaid() {
    assertThat(Chart.render("{}").names())
        .noneMatch(name -> name.startsWith("VolumeSnapshotClass"))
        .doesNotContain("ClusterRole/mooring-snapshotter");
    assertThat(Chart.template("snapshotter: {enabled: true}"))
        .contains("kind: VolumeSnapshotClass", "name: csi-snapshotter", "mooring-snapshotter");
    assertThat(
            Chart.template("{snapshotter: {enabled: true}, volumeSnapshotClass: {enabled: false}}"))
        .contains("name: csi-snapshotter")
        .doesNotContain("kind: VolumeSnapshotClass");
  }

  @Test
  void groupSnapshotsAreServedWhereItIsSaid() {
    assertThat(Chart.template("snapshotter: {enabled: true}"))
        .doesNotContain("groupsnapshot.storage.k8s.io", "CSIVolumeGroupSnapshot");
    assertThat(Chart.template("snapshotter: {enabled: true, groupSnapshots: true}"))
        .contains(
            "            - --feature-gates=CSIVolumeGroupSnapshot=true\n",
            "apiVersion: groupsnapshot.storage.k8s.io/v1beta2\nkind: VolumeGroupSnapshotClass\n",
            "resources: [volumegroupsnapshotcontents/status]\n");
    assertThat(Chart.template("snapshotter: {enabled: false, groupSnapshots: true}"))
        .doesNotContain("groupsnapshot.storage.k8s.io", "CSIVolumeGroupSnapshot");
  }

  /** These kinds have no type here, so what matters is looked at by itself. */
  @Test
  void certManagerIsAskedForKeysThatJavaReads() {
    assertThat(Chart.template("tls: {mode: cert-manager, agents: [san9]}"))
        .contains(
            "encoding: PKCS8",
            "secretName: mooring-agent-san9-tls",
            "dnsNames: [\"san9\"]",
            "secretName: mooring-ca")
        .doesNotContain("kind: Secret\n");
    assertThat(
            Chart.template(
                "tls: {mode: cert-manager, certManager: {issuerRef: {name: site, kind: ClusterIssuer}}}"))
        .contains("    kind: ClusterIssuer\n    name: site\n")
        .doesNotContain("selfSigned");
  }

  @Test
  void monitorsAskPortsThatAreThere() {
    assertThat(
            Chart.template(
                "{monitoring: {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}}"))
        .contains(
            "- port: metrics\n      interval: 30s",
            "- port: provisioner\n",
            "- port: attacher\n",
            "- port: resizer\n",
            "- port: snapshotter\n",
            "      honorLabels: true\n      relabelings:\n",
            "          targetLabel: node\n")
        .doesNotContain("metadata-http");
    assertThat(
            Chart.template(
                "{monitoring: {serviceMonitor: {enabled: true}}, snapshotMetadata: {enabled: true}}"))
        .contains("- port: metadata-http\n", "      targetPort: metadata-http\n");
  }

  @Test
  void anotherReleaseNameGoesIntoTheNames() {
    Rendered rendered = Rendered.parse(Chart.template("{}", "san"));

    assertThat(rendered.names())
        .contains("Deployment/san-mooring-controller", "CSIDriver/csi.mooring.io");
  }
}
