package io.mooring.e2e.kube;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import io.mooring.e2e.deployment.AgentHost;
import io.mooring.e2e.lab.tool.Trees;
import io.mooring.runtime.rpc.TlsFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Mooring as a Helm release, and its storage host: the README's steps. */
public final class MooringRelease {
  public static final String NAME = "mooring";
  public static final String NAMESPACE = "mooring-system";

  /** The cluster has no DNS: of its Services' addresses, the one for NodeLink. */
  private static final String LINK = "10.96.97.58";

  private final KubeLab lab;
  private final Path chart;

  /** For this cluster; nothing is installed yet. */
  public MooringRelease(KubeLab lab) {
    this(lab, lab.chart());
  }

  /** The same release by another chart. */
  MooringRelease(KubeLab lab, Path chart) {
    this.lab = requireNonNull(lab, "lab is null");
    this.chart = requireNonNull(chart, "chart is null");
  }

  /** Installs the chart, then the agent on the storage host, and tells the cluster of it. */
  public void install() {
    lab.progress().say("helm: install " + NAME);
    helm("install");
    lab.progress().say("storage host: install the agent");
    installAgent();
    awaitRollout();
    addTarget(AgentHost.TARGET, lab.agentEndpoint());
    lab.progress().say("mooring: ready");
  }

  /** Installs the chart after an uninstall that left no certificates: the agent gets new ones. */
  public void installAnew(String... flags) {
    helm("install", flags);
    installAgent();
    lab.agent().unit().restart();
    awaitRollout();
    awaitTarget(AgentHost.TARGET);
  }

  /** Installs the chart once more after an uninstall: storage host and objects are as they were. */
  public void installAgain(String... flags) {
    helm("install", flags);
    awaitRollout();
    awaitTarget(AgentHost.TARGET);
  }

  /** Tells the cluster of a storage host whose agent runs, and waits until it is ready. */
  public void addTarget(String name, String endpoint) {
    lab.kubectl()
        .apply(
            """
            apiVersion: mooring.io/v1alpha1
            kind: StorageTarget
            metadata: {name: %s}
            spec: {endpoint: "%s"}
            """
                .formatted(name, endpoint));
    awaitTarget(name);
  }

  /** {@code helm uninstall}, and waits until the pods are gone. */
  public void uninstall() {
    lab.helm().check("uninstall", NAME, "--namespace=" + NAMESPACE, "--wait", "--timeout=180s");
    lab.kubectl()
        .check(
            "wait", "pods", "--all", "--namespace=" + NAMESPACE, "--for=delete", "--timeout=180s");
  }

  /** {@code helm test}; returns what it says. */
  public String test() {
    return lab.helm().check("test", NAME, "--namespace=" + NAMESPACE, "--timeout=280s");
  }

  private void awaitTarget(String name) {
    lab.kubectl().check("wait", "storagetarget/" + name, "--for=condition=Ready", "--timeout=300s");
  }

  /** {@code helm upgrade}, with flags such as {@code --set}, and waits for the new pods. */
  public void upgrade(String... flags) {
    helm("upgrade", flags);
    awaitRollout();
  }

  /** {@code helm rollback} to the revision before, and waits for the new pods. */
  void rollBack() {
    lab.helm().check("rollback", NAME, "--namespace=" + NAMESPACE);
    awaitRollout();
  }

  private void helm(String verb, String... flags) {
    List<String> words =
        new ArrayList<>(List.of(verb, NAME, chart.toString(), "--namespace=" + NAMESPACE));
    if (verb.equals("install")) {
      words.add("--create-namespace");
    }
    words.add("--set=tls.agents={" + AgentHost.TARGET + "}");
    words.add("--set=nodeLink.clusterIP=" + LINK);
    words.add("--set=nodeLink.address=" + LINK + ":9758");
    words.addAll(List.of(flags));
    lab.helm().check(words.toArray(String[]::new));
  }

  /** Waits until every pod of the release is as its Deployment or DaemonSet wants it now. */
  void awaitRollout() {
    for (String kind : List.of("deployment", "daemonset")) {
      for (String object :
          lab.kubectl()
              .check("get", kind, "--namespace=" + NAMESPACE, "-o=name")
              .lines()
              .toList()) {
        lab.kubectl()
            .check("rollout", "status", object, "--namespace=" + NAMESPACE, "--timeout=900s");
      }
    }
  }

  private void installAgent() {
    try {
      Path folder = Files.createTempDirectory("mooring-agent-tls");
      try {
        lab.agent().install(agentCertificate(folder));
      } finally {
        Trees.delete(folder);
      }
      lab.agent().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TlsFiles agentCertificate(Path folder) throws IOException {
    String secret = NAME + "-agent-" + AgentHost.TARGET + "-tls";
    // Where cert-manager makes it, it comes a moment later.
    KubeLab.await(
        "secret " + secret,
        Duration.ofMinutes(2),
        () ->
            lab.kubectl()
                .check(
                    "get",
                    "secret",
                    secret,
                    "--ignore-not-found",
                    "--namespace=" + NAMESPACE,
                    "-o=name"),
        found -> !found.isEmpty());
    JsonObject data =
        lab.kubectl().json("secret", secret, "--namespace=" + NAMESPACE).getAsJsonObject("data");
    for (String name : List.of("tls.crt", "tls.key", "ca.crt")) {
      Files.write(folder.resolve(name), Base64.getDecoder().decode(data.get(name).getAsString()));
    }
    return new TlsFiles(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
  }
}
