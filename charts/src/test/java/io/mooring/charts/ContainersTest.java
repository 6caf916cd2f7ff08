package io.mooring.charts;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What holds for every container, and what each process is given. */
final class ContainersTest {
  private static final Rendered EVERYTHING = Chart.render(Samples.AGENTS + Samples.GROUPS);

  @Test
  void everyContainerSaysWhatItNeeds() {
    assertThat(EVERYTHING.containers()).hasSize(3 + 3 + 3 + 2);
    for (Container container : EVERYTHING.containers()) {
      assertThat(container.getResources().getRequests())
          .as(container.getName())
          .containsKeys("cpu", "memory");
      assertThat(container.getResources().getLimits())
          .as(container.getName())
          .containsOnlyKeys("memory");
    }
  }

  @Test
  void everyRootFileSystemIsReadOnly() {
    assertThat(EVERYTHING.containers())
        .allMatch(container -> container.getSecurityContext().getReadOnlyRootFilesystem());
  }

  @Test
  void onlyNodesAndAgentsArePrivileged() {
    assertThat(
            EVERYTHING.containers().stream()
                .filter(container ->
                    Boolean.TRUE.equals(container.getSecurityContext().getPrivileged()))
                .map(Container::getName)
                .distinct())
        .containsExactlyInAnyOrder("mooring-node", "mooring-agent", "udev-rule");
    for (Container container : EVERYTHING.containers()) {
      if (!Boolean.TRUE.equals(container.getSecurityContext().getPrivileged())) {
        SecurityContext context = container.getSecurityContext();
        assertThat(context.getRunAsNonRoot()).as(container.getName()).isTrue();
        assertThat(context.getRunAsUser()).as("owner of the socket").isEqualTo(65532);
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
      }
    }
  }

  /** A Service named mooring-... would otherwise add options nobody knows to the environment. */
  @Test
  void noPodGetsServicesInItsEnvironment() {
    assertThat(EVERYTHING.pods()).allMatch(pod -> !pod.getEnableServiceLinks());
  }

  @Test
  void onlyTheControllerHasAToken() {
    assertThat(
            EVERYTHING.pods().stream()
                .filter(pod -> !Boolean.FALSE.equals(pod.getAutomountServiceAccountToken()))
                .map(PodSpec::getServiceAccountName))
        .containsExactly("mooring-controller");
  }

  @Test
  void nodesGetWhatTheirGroupSays() {
    PodSpec standard = pod("mooring-node");
    PodSpec rack = pod("mooring-node-rack-b");

    assertThat(args(standard))
        .contains(
            "--endpoint=/var/lib/kubelet/plugins/csi.mooring.io/csi.sock",
            "--registration-socket=/var/lib/kubelet/plugins_registry/csi.mooring.io-reg.sock",
            "--registration-endpoint=/var/lib/kubelet/plugins/csi.mooring.io/csi.sock",
            "--host-mount-namespace=/proc/1/ns/mnt",
            "--fabric=default",
            "--metrics-listen=127.0.0.1:9752");
    assertThat(args(rack)).contains("--fabric=b", "--minimum-paths=2");
    assertThat(rack.getNodeSelector()).isEqualTo(Map.of("kubernetes.io/os", "linux", "rack", "b"));
    assertThat(standard.getHostNetwork()).isTrue();
    assertThat(standard.getHostPID()).isTrue();
    assertThat(standard.getTolerations())
        .hasSize(1)
        .allMatch(toleration -> toleration.getKey() == null);
  }

  @Test
  void aKubeletElsewhereIsFollowedEverywhere() {
    String text = Chart.template("{tls: {mode: secrets}, node: {kubeletDir: /srv/kubelet}}");

    assertThat(text)
        .contains("/srv/kubelet/plugins/csi.mooring.io/csi.sock")
        .doesNotContain("/var/lib/kubelet");
  }

  @Test
  void nodesSeeOnlyTheseDirectoriesOfTheHost() {
    assertThat(hostPaths(pod("mooring-node")))
        .containsExactly(
            Map.entry("/dev", "Directory"),
            Map.entry("/etc/iscsi", "DirectoryOrCreate"),
            Map.entry("/etc/multipath", "DirectoryOrCreate"),
            Map.entry("/run/lock/iscsi", "DirectoryOrCreate"),
            Map.entry("/run/udev", "Directory"),
            Map.entry("/var/lib/iscsi", "DirectoryOrCreate"),
            Map.entry("/var/lib/kubelet", "Directory"),
            Map.entry("/var/lib/mooring-node", "DirectoryOrCreate"));
  }

  @Test
  void everyMountHasItsVolumeAndEveryVolumeItsMount() {
    for (PodSpec pod : EVERYTHING.pods()) {
      assertThat(
              Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                  .flatMap(container -> container.getVolumeMounts().stream())
                  .map(VolumeMount::getName)
                  .distinct())
          .containsExactlyInAnyOrderElementsOf(
              pod.getVolumes().stream().map(Volume::getName).toList());
    }
  }

  @Test
  void agentsAreConfiguredByTheirEntry() {
    assertThat(Chart.template(Samples.AGENTS))
        .contains(
            """
                portals = 192.0.2.1:3260,[2001:db8::1]:3260
                host-mount-namespace = /proc/1/ns/mnt
                metrics-listen = 127.0.0.1:9753
                log-level = info
                pool.fast.backend = thin
                pool.fast.thin-pool = thin
                pool.fast.volume-group = mooring
                lun-quarantine = 20m
            """)
        .contains("pool.files.copy-rate = 200", "pool.files.over-commit = 1.5");
    PodSpec pod =
        EVERYTHING.one(DaemonSet.class, "mooring-agent-san2").getSpec().getTemplate().getSpec();
    assertThat(pod.getNodeSelector()).isEqualTo(Map.of("kubernetes.io/hostname", "storage2"));
    assertThat(hostPaths(pod))
        .containsExactly(
            Map.entry("/dev", "Directory"),
            Map.entry("/srv/mooring", "Directory"),
            Map.entry("/sys", "Directory"),
            Map.entry("/var/lib/mooring-agent", "DirectoryOrCreate"));
  }

  @Test
  void onlyHostsWithFilePoolsGetTheRuleForLoopDevices() {
    assertThat(pod("mooring-agent-san1").getInitContainers()).isEmpty();
    assertThat(pod("mooring-agent-san2").getInitContainers())
        .extracting(Container::getName)
        .containsExactly("udev-rule");
  }

  @Test
  void optionsOfTheJvmAreThereWhereTheyAreSet() {
    assertThat(EVERYTHING.containers())
        .allMatch(container ->
            container.getEnv().stream()
                .noneMatch(variable -> variable.getName().equals("MOORING_JAVA_OPTIONS")));

    Rendered rendered =
        Chart.render(
            """
            controller: {javaOptions: -Xmx96m -Xlog:gc}
            node: {javaOptions: -Xmx64m}
            """
                + Samples.AGENTS.replace("enabled: true", "enabled: true\n  javaOptions: -Xmx80m"));

    assertThat(
            rendered.containers().stream()
                .flatMap(container ->
                    container.getEnv().stream()
                        .filter(variable -> variable.getName().equals("MOORING_JAVA_OPTIONS"))
                        .map(variable -> container.getName() + " " + variable.getValue()))
                .distinct())
        .containsExactlyInAnyOrder(
            "mooring-controller -Xmx96m -Xlog:gc", "mooring-node -Xmx64m", "mooring-agent -Xmx80m");
  }

  @Test
  void anAgentRestartsWhenItsConfigurationChanges() {
    assertThat(checksum(Samples.AGENTS))
        .isNotEqualTo(checksum(Samples.AGENTS.replace("20m", "30m")));
  }

  @Test
  void portsOfTheHostAreOpenedOnlyForAPodMonitor() {
    Rendered watched = Chart.render("monitoring: {podMonitor: {enabled: true}}");

    assertThat(args(watched.one(DaemonSet.class, "mooring-node").getSpec().getTemplate().getSpec()))
        .contains("--metrics-listen=0.0.0.0:9752");
  }

  @Test
  void sidecarsKnowWhatTheyMust() {
    PodSpec pod =
        EVERYTHING.one(Deployment.class, "mooring-controller").getSpec().getTemplate().getSpec();

    assertThat(pod.getInitContainers())
        .singleElement()
        .satisfies(first -> {
          assertThat(first.getName()).isEqualTo("mooring-controller");
          assertThat(first.getRestartPolicy()).as("goes on beside them").isEqualTo("Always");
        });
    assertThat(pod.getContainers().get(0).getArgs())
        .contains(
            "--leader-election",
            "--extra-create-metadata",
            "--enable-capacity",
            "--capacity-ownerref-level=2",
            "--strict-topology",
            "--default-fstype=ext4",
            "--timeout=150s");
    assertThat(pod.getContainers().get(0).getEnv())
        .extracting(variable -> variable.getName())
        .containsExactly("NAMESPACE", "POD_NAME");
    assertThat(pod.getContainers().get(1).getArgs())
        .contains("--leader-election", "--timeout=150s");
  }

  private static PodSpec pod(String name) {
    return EVERYTHING.one(DaemonSet.class, name).getSpec().getTemplate().getSpec();
  }

  private static List<String> args(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .filter(container -> container.getName().startsWith("mooring-"))
        .findFirst()
        .orElseThrow()
        .getArgs();
  }

  private static String checksum(String values) {
    return Chart.render(values)
        .one(DaemonSet.class, "mooring-agent-san1")
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .getOrDefault("checksum/config", "");
  }

  private static Map<String, String> hostPaths(PodSpec pod) {
    return pod.getVolumes().stream()
        .filter(volume -> volume.getHostPath() != null)
        .collect(
            Collectors.toMap(
                volume -> volume.getHostPath().getPath(),
                volume -> volume.getHostPath().getType(),
                (first, _) -> first,
                TreeMap::new));
  }
}
