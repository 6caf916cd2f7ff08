package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import io.mooring.e2e.csi.Attachment;
import io.mooring.e2e.kube.Manifests.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A namespace for one test or story: made empty, deleted with all that is in it. */
public final class Space implements AutoCloseable {
  private static final Duration READY = Duration.ofMinutes(10);
  private static final Duration GONE = Duration.ofMinutes(5);

  private final KubeLab lab;
  private final String name;

  public Space(KubeLab lab, String name) {
    this.lab = requireNonNull(lab, "lab is null");
    this.name = requireNonNull(name, "name is null");
    lab.kubectl().check("create", "namespace", name);
    // The service account comes a moment later, and no pod is admitted without it.
    KubeLab.await(
        "the default service account of " + name,
        READY,
        () -> kubectlResult("get", "serviceaccount", "default").stdout(),
        text -> !text.isEmpty());
  }

  public String name() {
    return name;
  }

  public void apply(String yaml) {
    Kubectl.Result result = lab.kubectl().run(inside("apply", "-f", "-"), yaml);
    if (!result.succeeded()) {
      throw new IllegalStateException(result.stderr() + "\n" + yaml);
    }
  }

  /** kubectl in this namespace; must succeed. */
  public String kubectl(String... words) {
    return lab.kubectl().check(inside(words).toArray(String[]::new));
  }

  /** kubectl in this namespace; any end is a result. */
  public Kubectl.Result kubectlResult(String... words) {
    return lab.kubectl().run(inside(words), "");
  }

  private List<String> inside(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    // Before a `--`, after which words belong to the command in the pod.
    int end = all.indexOf("--");
    all.add(end < 0 ? all.size() : end, "--namespace=" + name);
    return all;
  }

  /** Makes the claim and a pod that uses it, and waits until the pod is ready. */
  public void run(Claim claim, String node, String script) {
    apply(claim.yaml() + Manifests.pod(claim, node, script));
    awaitReady(claim.name());
  }

  /** Waits until that pod is ready; otherwise tells what kubectl describe says. */
  public void awaitReady(String pod) {
    Kubectl.Result result =
        kubectlResult(
            "wait", "pod/" + pod, "--for=condition=Ready", "--timeout=" + READY.toSeconds() + "s");
    if (!result.succeeded()) {
      throw new IllegalStateException(
          "pod %s is not ready: %s%n%s"
              .formatted(pod, result.stderr(), kubectlResult("describe", "pod", pod).stdout()));
    }
  }

  /** Runs a script in a pod. */
  public String exec(String pod, String script) {
    return kubectl("exec", pod, "--", "/bin/sh", "-c", script);
  }

  /** Deletes a pod and waits until it is gone. */
  public void deletePod(String pod) {
    kubectl("delete", "pod", pod, "--timeout=" + GONE.toSeconds() + "s");
  }

  /** The volume id behind a claim. */
  public String volumeId(String claim) {
    String volume = kubectl("get", "pvc", claim, "-o=jsonpath={.spec.volumeName}");
    return lab.kubectl().check("get", "pv", volume, "-o=jsonpath={.spec.csi.volumeHandle}");
  }

  /** What the LUN behind a claim says that it is. */
  public String serial(String claim) {
    return Attachment.serialOf(volumeId(claim));
  }

  /** The MooringAttachment of a claim's volume on a node, as kubectl names it. */
  public String attachment(String claim, String node) {
    return "mooringattachment/%s.%s".formatted(node, serial(claim));
  }

  /** Waits until that attachment reads so, for example {@code 2/2 Healthy}. */
  public void awaitPaths(String attachment, String expected, Duration limit) {
    KubeLab.await(
        attachment + " to be " + expected,
        limit,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    attachment,
                    "--ignore-not-found",
                    "-o=jsonpath={.status.summary} {.status.state}"),
        expected::equals);
  }

  /** Deletes everything here and waits until its volumes are gone, too. */
  @Override
  public void close() {
    kubectl(
        "delete", "pods,statefulsets,deployments", "--all", "--timeout=" + GONE.toSeconds() + "s");
    kubectl("delete", "pvc", "--all", "--timeout=" + GONE.toSeconds() + "s");
    KubeLab.await(
        "no volume of " + name + " left",
        GONE,
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "pv",
                    "-o=jsonpath={.items[?(@.spec.claimRef.namespace=='"
                        + name
                        + "')].metadata.name}"),
        String::isEmpty);
    lab.kubectl().check("delete", "namespace", name, "--wait=false");
  }
}
