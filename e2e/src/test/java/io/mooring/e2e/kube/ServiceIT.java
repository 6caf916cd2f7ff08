package io.mooring.e2e.kube;

import io.mooring.e2e.lab.qemu.StoragePath;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** That the lab's cluster has Services as any other has, which Mooring's own processes rely on. */
@Tag("k8s-long")
@ExtendWith(KubeExtension.class)
class ServiceIT {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final KubeLab lab;

  ServiceIT(KubeLab lab) {
    this.lab = lab;
  }

  @AfterEach
  void everyPodOfMooringIsBack() {
    lab.kubectl()
        .check(
            "wait",
            "pods",
            "--all",
            "--namespace=" + MooringRelease.NAMESPACE,
            "--for=condition=Ready",
            "--timeout=280s");
  }

  @Test
  void everyNodeReachesServicesOfPodsOnEachWhateverHappensToPathsAndPower() {
    try (Space space = new Space(lab, "service")) {
      for (KubeNode node : lab.nodes()) {
        space.apply(server(node.name()));
      }
      awaitAnswers(space);

      for (StoragePath path : StoragePath.values()) {
        lab.lab().pullCable(1, path);
      }
      awaitAnswers(space);
      lab.lab().heal();

      for (KubeNode node : lab.nodes()) {
        lab.progress().say("  power cut of " + node.name());
        lab.lab().powerCut(node.vm());
        awaitAnswers(space);
      }
    }
  }

  /** Of every Service to a process of every node and to a pod on it. */
  private void awaitAnswers(Space space) {
    for (KubeNode server : lab.nodes()) {
      String address =
          space.kubectl("get", "service", server.name(), "-o=jsonpath={.spec.clusterIP}");
      String ask = "busybox wget -T 5 -q -O - http://" + address + "/name";
      for (KubeNode client : lab.nodes()) {
        awaitAnswer(server, client.name(), () -> client.vm().shell().run(ask).text());
        awaitAnswer(
            server,
            "a pod on " + client.name(),
            () -> space.kubectlResult("exec", client.name(), "--", "/bin/sh", "-c", ask).stdout());
      }
    }
  }

  private static void awaitAnswer(KubeNode server, String client, Supplier<String> ask) {
    KubeLab.await(
        "the Service of " + server.name() + " answers " + client,
        PATIENCE,
        () -> ask.get().strip(),
        server.name()::equals);
  }

  /** A pod that says its node's name, and a Service of it with that name. */
  private static String server(String node) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %1$s, labels: {app: %1$s}}
    spec:
      nodeSelector: {kubernetes.io/hostname: %1$s}
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: %2$s
        imagePullPolicy: IfNotPresent
        command: ["/bin/sh", "-c"]
        args: ["mkdir /tmp/www && echo %1$s > /tmp/www/name && exec busybox httpd -f -p 8080 -h /tmp/www"]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s}
    spec:
      selector: {app: %1$s}
      ports: [{port: 80, targetPort: 8080}]
    """
        .formatted(node, Manifests.IMAGE);
  }
}
