package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.model.jackson.Jackson2JdkTypesModule;
import io.mooring.controller.audit.Holders;
import io.mooring.controller.audit.HostsLook;
import io.mooring.controller.audit.Removals;
import io.mooring.controller.audit.Times;
import io.mooring.controller.audit.View;
import io.mooring.controller.node.NodeTokens;
import io.mooring.controller.path.Attachments;
import io.mooring.controller.target.Fleet;
import io.mooring.controller.target.PortalPlan;
import io.mooring.controller.target.Targets;
import io.mooring.controller.target.VolumeLimits;
import io.mooring.controller.volume.DetachListener;
import io.mooring.controller.volume.Placements;
import io.mooring.controller.volume.VolumeId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** Everything that the controller does with the Kubernetes API. */
public final class KubeFloor implements AutoCloseable {
  private static final Duration SECRETS_INTERVAL = Duration.ofSeconds(30);
  private static final Duration STATUS_INTERVAL = Duration.ofSeconds(15);
  private static final Duration AUTHORITY_INTERVAL = Duration.ofSeconds(30);
  private static final Duration WATCH_PAUSE = Duration.ofSeconds(5);
  private static final Duration WATCH_RENEWAL = Duration.ofMinutes(5);
  private static final KubeAttachments.Pauses ATTACHMENT_PAUSES =
      new KubeAttachments.Pauses(Duration.ofSeconds(1), Duration.ofSeconds(15));
  // A node is without a link for 20 s when the leader dies.
  private static final Duration SILENCE = Duration.ofSeconds(45);
  private static final Duration SILENCE_INTERVAL = Duration.ofSeconds(20);
  private static final Duration CLUSTER_INTERVAL = Duration.ofSeconds(3);
  // A request that hangs must end before the lease does.
  private static final int REQUEST_MILLIS = 8_000;
  private static final int CONNECT_MILLIS = 3_000;
  // Whoever asks has a deadline, and asks again.
  private static final int RETRIES = 2;

  private final KubernetesClient client;
  private final String namespace;
  private final String podName;
  private final ClusterId cluster;
  private final SecretFiles secrets;
  private final KubeTargets targets;
  private final Leadership leadership;

  private KubeFloor(
      KubernetesClient client, String namespace, String podName, Optional<String> cluster) {
    this.client = requireNonNull(client, "client is null");
    this.namespace = requireNonNull(namespace, "namespace is null");
    this.podName = requireNonNull(podName, "podName is null");
    this.cluster = ClusterId.of(client, cluster, CLUSTER_INTERVAL);
    this.secrets = new SecretFiles(client, namespace);
    this.targets = new KubeTargets(client, this.cluster, secrets, SECRETS_INTERVAL).start();
    this.leadership = new Leadership(client, namespace, podName);
  }

  /**
   * Begins to follow the cluster that this pod is in, or that a kubeconfig names.
   *
   * @param namespace the controller's own
   * @param podName this replica's
   * @param cluster in whose name agents are asked; empty for the uid of namespace kube-system
   */
  public static KubeFloor open(String namespace, String podName, Optional<String> cluster) {
    return new KubeFloor(client(bounded(new ConfigBuilder().build())), namespace, podName, cluster);
  }

  static Config bounded(Config config) {
    config.setRequestTimeout(REQUEST_MILLIS);
    config.setConnectionTimeout(CONNECT_MILLIS);
    config.setRequestRetryBackoffLimit(RETRIES);
    return config;
  }

  static KubernetesClient client(Config config) {
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory())
        // Only the kinds that are used are loaded, not all of Kubernetes.
        .withKubernetesSerialization(
            new KubernetesSerialization(
                JsonMapper.builderWithJackson2Defaults()
                    .addModule(new Jackson2JdkTypesModule())
                    .build(),
                false))
        .build();
  }

  /** The storage targets; not known until the cluster's id is known as well. */
  public Targets targets() {
    return targets;
  }

  /** The cluster's id; UNAVAILABLE while it is not known. */
  public Supplier<String> cluster() {
    return cluster;
  }

  /** Where volumes were placed. */
  public Placements placements() {
    return new KubeRecords(client);
  }

  /**
   * Keeps the targets' status true while this replica is the leader.
   *
   * @param told hears after each look which targets answer, by name
   */
  public AutoCloseable reporting(Fleet fleet, Consumer<Map<String, Boolean>> told) {
    return new StatusLoop(
            STATUS_INTERVAL,
            client,
            targets,
            fleet,
            new KubeEvents(client, podName),
            leadership::held,
            told)
        .start();
  }

  /** Whether this replica leads, as far as it knows. */
  public boolean leads() {
    return leadership.held();
  }

  /** Calls that whenever another replica has come to lead; it must not wait. */
  public void whenAnotherLeads(Runnable listener) {
    leadership.whenAnotherLeads(listener);
  }

  /** Runs for leader from now on, until it is closed. */
  public AutoCloseable leading() {
    return leadership.running();
  }

  /**
   * Shows where Kubernetes, storage hosts and nodes disagree, while this replica is the leader.
   *
   * @param removals removes what an administrator has given up
   */
  public AutoCloseable auditing(Times times, HostsLook hosts, Holders holders, Removals removals) {
    ClusterLook look = new ClusterLook(client);
    return new OrphanLoop(
            () -> {
              // In this order: whoever came to know a thing after its host was asked, is heard.
              var stored = hosts.now();
              var held = holders.held();
              return new View(look.now(), stored, held);
            },
            new OrphanReport(client),
            removals,
            leadership::held,
            times,
            InstantSource.system())
        .loop()
        .start();
  }

  /**
   * Tells over which portals storage hosts are to be reached.
   *
   * @param heard gets all of it, again and again; must not wait
   */
  public void portals(Consumer<Collection<PortalPlan>> heard) {
    targets.whenRead(() -> heard.accept(targets.plans()));
    heard.accept(targets.plans());
  }

  /** Whose tokens node plugins show, by that service account of this namespace. */
  public NodeTokens nodeTokens(String account) {
    return new KubeNodeTokens(client, namespace, account);
  }

  /** Keeps the file in that ConfigMap, for node plugins. */
  public AutoCloseable publishing(String configMap, Path authority) {
    return new AuthorityMap(client, namespace, configMap, authority)
        .loop(AUTHORITY_INTERVAL)
        .start();
  }

  /**
   * Shows how the paths of attached volumes are.
   *
   * @param publications says which volume is whose
   */
  public Attachments attachments(Attachments.Publications publications) {
    PathEvents events = new PathEvents(new KubeEvents(client, podName));
    return new KubeAttachments(
        node -> new NodeAttachments(client, node, publications, events), ATTACHMENT_PAUSES);
  }

  /**
   * Says of nodes that have no link, while this replica is the leader, that their paths are not
   * known.
   *
   * @param linked whether the node of that name has one
   */
  public AutoCloseable silentNodes(Predicate<String> linked) {
    return new SilentNodes(client, linked, leadership::held, SILENCE, InstantSource.system())
        .loop(SILENCE_INTERVAL)
        .start();
  }

  /** Takes away what is shown of volumes that were taken from their nodes. */
  public DetachListener detaching() {
    return new DetachedAttachments(client);
  }

  /** Tells of limits that some replica has recorded, again and again. */
  public AutoCloseable limits(BiConsumer<VolumeId, VolumeLimits> heard) {
    return new LimitsWatch(client, heard, WATCH_PAUSE, WATCH_RENEWAL).following();
  }

  @Override
  public void close() {
    targets.close();
    cluster.close();
    secrets.close();
    client.close();
  }
}
