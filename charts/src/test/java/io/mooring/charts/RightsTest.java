package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every right that anything of the chart has, one by one: a new one must be written down here, too.
 */
final class RightsTest {
  private static final String EXPECTED =
      """
      ClusterRole mooring-controller: mooring.io/storagetargets [list, watch]
      ClusterRole mooring-controller: mooring.io/storagetargets/status [update]
      ClusterRole mooring-controller: mooring.io/mooringvolumes [create, delete, get, list, update, watch]
      ClusterRole mooring-controller: mooring.io/mooringvolumes/status [update]
      ClusterRole mooring-controller: /namespaces#kube-system [get]
      ClusterRole mooring-controller: mooring.io/mooringorphans [create, delete, list]
      ClusterRole mooring-controller: mooring.io/mooringorphans/status [update]
      ClusterRole mooring-controller: /persistentvolumes [list]
      ClusterRole mooring-controller: storage.k8s.io/volumeattachments [list]
      ClusterRole mooring-controller: authentication.k8s.io/tokenreviews [create]
      ClusterRole mooring-controller: mooring.io/mooringattachments [create, delete, list]
      ClusterRole mooring-controller: mooring.io/mooringattachments/status [update]
      ClusterRole mooring-controller: /nodes,persistentvolumes [get]
      ClusterRole mooring-controller: /events [create]
      Role mooring-controller: /configmaps#mooring-link-authority [get, update]
      Role mooring-controller: coordination.k8s.io/leases [create]
      Role mooring-controller: coordination.k8s.io/leases#mooring-controller [get, patch]
      Role mooring-controller-events: /events [create]
      ClusterRole mooring-provisioner: /persistentvolumes [create, delete, get, list, patch, watch]
      ClusterRole mooring-provisioner: /persistentvolumeclaims [list, update, watch]
      ClusterRole mooring-provisioner: storage.k8s.io/storageclasses [list, watch]
      ClusterRole mooring-provisioner: storage.k8s.io/volumeattributesclasses [get]
      ClusterRole mooring-provisioner: /events [create, patch]
      ClusterRole mooring-provisioner: storage.k8s.io/csinodes [list, watch]
      ClusterRole mooring-provisioner: /nodes [list, watch]
      ClusterRole mooring-provisioner: storage.k8s.io/volumeattachments [list, watch]
      Role mooring-provisioner: coordination.k8s.io/leases [create]
      Role mooring-provisioner: coordination.k8s.io/leases#csi-mooring-io [get, update]
      Role mooring-provisioner: storage.k8s.io/csistoragecapacities [create, delete, list, update, watch]
      Role mooring-provisioner: /pods [get]
      Role mooring-provisioner: apps/replicasets [get]
      ClusterRole mooring-attacher: /persistentvolumes [list, patch, watch]
      ClusterRole mooring-attacher: storage.k8s.io/csinodes [list, watch]
      ClusterRole mooring-attacher: storage.k8s.io/volumeattachments [list, patch, watch]
      ClusterRole mooring-attacher: storage.k8s.io/volumeattachments/status [patch]
      Role mooring-attacher: coordination.k8s.io/leases [create]
      Role mooring-attacher: coordination.k8s.io/leases#external-attacher-leader-csi-mooring-io [get, update]
      ClusterRole mooring-resizer: /persistentvolumes [list, patch, watch]
      ClusterRole mooring-resizer: /persistentvolumeclaims [list, watch]
      ClusterRole mooring-resizer: /persistentvolumeclaims/status [patch]
      ClusterRole mooring-resizer: storage.k8s.io/volumeattributesclasses [list, watch]
      ClusterRole mooring-resizer: /events [create, patch]
      Role mooring-resizer: coordination.k8s.io/leases [create]
      Role mooring-resizer: coordination.k8s.io/leases#external-resizer-csi-mooring-io [get, update]
      """;

  @Test
  void theseAndNoMore() {
    assertThat(rights("{}")).containsExactlyInAnyOrderElementsOf(EXPECTED.lines().toList());
  }

  @Test
  void nodesAndAgentsHaveNone() {
    Rendered rendered = Chart.render(Samples.AGENTS);

    assertThat(subjects(rendered)).containsOnly("mooring-controller");
    assertThat(rights(Samples.AGENTS))
        .containsExactlyInAnyOrderElementsOf(EXPECTED.lines().toList());
  }

  @Test
  void secretsAreReadOnlyByName() {
    assertThat(added("{}", "controller: {targetSecrets: [san2-tls, san1-tls]}"))
        .containsExactly("Role mooring-controller: /secrets#san1-tls#san2-tls [get]");
  }

  private static List<String> added(String before, String values) {
    List<String> known = rights(before);
    return rights(values).stream().filter(right -> !known.contains(right)).toList();
  }

  /** The rendering of the other tests is that of a cluster without the snapshot API. */
  @Test
  void snapshotsNeedTheirKindsAndNoMore() {
    assertThat(added("{}", "snapshotter: {enabled: true}"))
        .containsExactlyInAnyOrder(
            "ClusterRole mooring-controller: snapshot.storage.k8s.io/volumesnapshotcontents [list]",
            "ClusterRole mooring-provisioner: snapshot.storage.k8s.io/volumesnapshots [get, list, watch, update]",
            "ClusterRole mooring-provisioner: snapshot.storage.k8s.io/volumesnapshotcontents [get]",
            "ClusterRole mooring-snapshotter: /events [create, patch]",
            "ClusterRole mooring-snapshotter: snapshot.storage.k8s.io/volumesnapshotclasses [list, watch]",
            "ClusterRole mooring-snapshotter: snapshot.storage.k8s.io/volumesnapshotcontents [get, list, patch, watch]",
            "ClusterRole mooring-snapshotter: snapshot.storage.k8s.io/volumesnapshotcontents/status [patch, update]",
            "Role mooring-snapshotter: coordination.k8s.io/leases [create]",
            "Role mooring-snapshotter: coordination.k8s.io/leases#external-snapshotter-leader-csi-mooring-io [get, update]");
  }

  @Test
  void groupSnapshotsNeedTheirKindsAndNoMore() {
    assertThat(
            added(
                "snapshotter: {enabled: true}",
                "snapshotter: {enabled: true, groupSnapshots: true}"))
        .containsExactly(
            "ClusterRole mooring-snapshotter: groupsnapshot.storage.k8s.io/volumegroupsnapshotclasses [list, watch]",
            "ClusterRole mooring-snapshotter: groupsnapshot.storage.k8s.io/volumegroupsnapshotcontents [get, list, patch, watch]",
            "ClusterRole mooring-snapshotter: groupsnapshot.storage.k8s.io/volumegroupsnapshotcontents/status [patch, update]");
  }

  @Test
  void changedBlocksNeedToKnowWhoCallsAndTheSnapshotsNames() {
    assertThat(added("{}", "snapshotMetadata: {enabled: true}"))
        .containsExactly(
            "ClusterRole mooring-snapshot-metadata: authentication.k8s.io/tokenreviews [create]",
            "ClusterRole mooring-snapshot-metadata: authorization.k8s.io/subjectaccessreviews [create]",
            "ClusterRole mooring-snapshot-metadata: cbt.storage.k8s.io/snapshotmetadataservices#csi.mooring.io [get]",
            "ClusterRole mooring-snapshot-metadata: snapshot.storage.k8s.io/volumesnapshots,volumesnapshotcontents [get]",
            "ClusterRole mooring-snapshot-metadata: snapshot.storage.k8s.io/volumesnapshotclasses [get, list]");
  }

  @Test
  void withoutNodeLinkItsRightsAreGone() {
    assertThat(added("nodeLink: {enabled: false}", "{}"))
        .containsExactly(
            "ClusterRole mooring-controller: authentication.k8s.io/tokenreviews [create]",
            "ClusterRole mooring-controller: mooring.io/mooringattachments [create, delete, list]",
            "ClusterRole mooring-controller: mooring.io/mooringattachments/status [update]",
            "ClusterRole mooring-controller: /nodes,persistentvolumes [get]",
            "ClusterRole mooring-controller: /events [create]",
            "Role mooring-controller: /configmaps#mooring-link-authority [get, update]");
  }

  @Test
  void withoutTheAuditItsRightsAreGone() {
    assertThat(
            added(
                "{orphanAudit: {enabled: false}, snapshotter: {enabled: true}}",
                "snapshotter: {enabled: true}"))
        .containsExactly(
            "ClusterRole mooring-controller: mooring.io/mooringorphans [create, delete, list]",
            "ClusterRole mooring-controller: mooring.io/mooringorphans/status [update]",
            "ClusterRole mooring-controller: /persistentvolumes [list]",
            "ClusterRole mooring-controller: storage.k8s.io/volumeattachments [list]",
            "ClusterRole mooring-controller: snapshot.storage.k8s.io/volumesnapshotcontents [list]");
  }

  @Test
  void withoutCapacityItsRightsAreGone() {
    assertThat(rights("provisioner: {capacity: false}"))
        .noneMatch(right -> right.contains("csistoragecapacities") || right.contains("pods"));
  }

  @Test
  void noneAtAllWhenSomebodyElseMakesThem() {
    assertThat(rights("rbac: {create: false}")).isEmpty();
  }

  private static List<String> rights(String values) {
    Rendered rendered = Chart.render(values);
    return Stream.concat(
            rendered.all(ClusterRole.class).stream().flatMap(role -> lines(role, role.getRules())),
            rendered.all(Role.class).stream().flatMap(role -> lines(role, role.getRules())))
        .toList();
  }

  private static Stream<String> lines(HasMetadata role, List<PolicyRule> rules) {
    return rules.stream()
        .map(rule ->
            "%s %s: %s/%s%s %s"
                .formatted(
                    role.getKind(),
                    role.getMetadata().getName(),
                    String.join(",", rule.getApiGroups()),
                    String.join(",", rule.getResources()),
                    String.join(
                        "", rule.getResourceNames().stream().map(name -> "#" + name).toList()),
                    rule.getVerbs()));
  }

  private static List<String> subjects(Rendered rendered) {
    return Stream.concat(
            rendered.all(ClusterRoleBinding.class).stream()
                .flatMap(binding -> binding.getSubjects().stream()),
            rendered.all(RoleBinding.class).stream()
                .flatMap(binding -> binding.getSubjects().stream()))
        .map(subject -> subject.getName())
        .toList();
  }
}
