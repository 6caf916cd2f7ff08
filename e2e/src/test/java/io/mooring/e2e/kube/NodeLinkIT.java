package io.mooring.e2e.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Node plugins show the tokens of their pods, and the controllers believe them. */
@Tag("k8s")
@ExtendWith(KubeExtension.class)
class NodeLinkIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String AUDIENCE = "csi.mooring.io/node-link";
  private static final String IN_NAMESPACE = "--namespace=" + MooringRelease.NAMESPACE;

  @TempDir Path folder;

  private final KubeLab lab;

  NodeLinkIT(KubeLab lab) {
    this.lab = lab;
  }

  @Test
  void everyNodeIsLinkedToAController() {
    for (KubeNode node : lab.nodes()) {
      KubeLab.await(
          node.name() + " is linked",
          PATIENCE,
          this::controllersLogs,
          log -> Pattern.compile("node " + node.name() + "\\S* is linked").matcher(log).find());
    }
  }

  @Test
  void aNodeCanSpeakOnlyForItself() throws IOException {
    String answer = caller().hello(nodeId("worker1"), ofPod("worker2", "token"));

    assertThat(answer)
        .startsWith("PERMISSION_DENIED")
        .contains("the token is that of node worker2");
  }

  @Test
  void aTokenThatWasNotMadeForTheLinkOpensNone() throws IOException {
    LinkCaller caller = caller();
    String node = nodeId("worker1");

    assertThat(caller.hello(node, "")).startsWith("UNAUTHENTICATED").contains("no token");
    assertThat(caller.hello(node, token("mooring-node", "somebody.else")))
        .startsWith("PERMISSION_DENIED")
        .contains("not valid for " + AUDIENCE);
    assertThat(caller.hello(node, token("mooring-node", AUDIENCE)))
        .startsWith("PERMISSION_DENIED")
        .contains("not bound to a pod");
    assertThat(caller.hello(node, token("default", AUDIENCE)))
        .startsWith("PERMISSION_DENIED")
        .contains("the token is that of system:serviceaccount:mooring-system:default");
  }

  private LinkCaller caller() throws IOException {
    Path authority = folder.resolve("ca.crt");
    Files.writeString(authority, ofPod("worker1", "ca.crt") + "\n");
    return new LinkCaller(lab, authority);
  }

  /**
   * What the kubelet has put into the node plugin's pod for the link, as root of that node sees it.
   */
  private String ofPod(String node, String file) {
    String uid =
        lab.kubectl()
            .check(
                "get",
                "pods",
                IN_NAMESPACE,
                "--selector=app.kubernetes.io/component=node",
                "--field-selector=spec.nodeName=" + node,
                "-o=jsonpath={.items[0].metadata.uid}");
    return lab.vm(node)
        .shell()
        .check(
            "cat /var/lib/kubelet/pods/%s/volumes/kubernetes.io~projected/link/%s"
                .formatted(uid, file));
  }

  private String token(String account, String audience) {
    return lab.kubectl().check("create", "token", account, IN_NAMESPACE, "--audience=" + audience);
  }

  private String nodeId(String node) {
    return lab.kubectl()
        .check(
            "get",
            "csinode",
            node,
            "-o=jsonpath={.spec.drivers[?(@.name==\"csi.mooring.io\")].nodeID}");
  }

  private String controllersLogs() {
    return lab.kubectl()
        .check(
            "logs",
            IN_NAMESPACE,
            "--selector=app.kubernetes.io/component=controller",
            "--container=mooring-controller",
            "--tail=-1");
  }
}
