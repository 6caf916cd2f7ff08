package io.mooring.controller.kube;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An API server in this process, with the client that the controller uses. */
final class ApiServer implements AutoCloseable {
  static final String NAMESPACE = "mooring";

  // A busy machine takes long to load this server's classes; a request that is repeated meanwhile
  // would meet its own first attempt.
  private static final int SLOW_MACHINE_MILLIS = 50_000;

  private static final String TOKEN_REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

  private static final String FORBIDDEN =
      """
      {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403,
       "message": "secrets is forbidden: User cannot get resource"}
      """;

  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  private final KubernetesMockServer server;
  private final KubernetesClient client;

  private volatile TokenReviewObject.Answer tokenAnswer =
      new TokenReviewObject.Answer(false, null, null);

  /** Objects as they were put there; reviews of tokens with what the test says of every token. */
  private final class Answers extends KubernetesCrudDispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      if (forbidden.contains(String.valueOf(request.getPath()))) {
        return new MockResponse().setResponseCode(403).setBody(FORBIDDEN);
      }
      if (!TOKEN_REVIEWS.equals(request.getPath())) {
        return super.dispatch(request);
      }
      TokenReviewObject review = new TokenReviewObject();
      review.setStatus(tokenAnswer);
      return new MockResponse()
          .setResponseCode(201)
          .setBody(client.getKubernetesSerialization().asJson(review));
    }
  }

  /** The Secret is there or not: who asks for it is told that he may not. */
  void forbidSecret(String name) {
    forbid("/api/v1/namespaces/%s/secrets/%s".formatted(NAMESPACE, name));
  }

  /** Whoever asks for that path is told that he may not. */
  void forbid(String path) {
    forbidden.add(path);
  }

  /** As an administrator who gives the right. */
  void forbidNothing() {
    forbidden.clear();
  }

  /** What every token is from now on. */
  void reviewsTokens(TokenReviewObject.Answer answer) {
    tokenAnswer = answer;
  }

  ApiServer() {
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new Answers(), false);
    server.init();
    server.expectCustomResource(definition("StorageTarget", "storagetargets"));
    server.expectCustomResource(definition("MooringVolume", "mooringvolumes"));
    server.expectCustomResource(definition("MooringAttachment", "mooringattachments"));
    server.expectCustomResource(definition("MooringOrphan", "mooringorphans"));
    client = newClient();
  }

  private static CustomResourceDefinitionContext definition(String kind, String plural) {
    return new CustomResourceDefinitionContext.Builder()
        .withGroup("mooring.io")
        .withVersion("v1alpha1")
        .withKind(kind)
        .withPlural(plural)
        .withScope("Cluster")
        .withStatusSubresource(true)
        .build();
  }

  KubernetesClient newClient() {
    return KubeFloor.client(
        new ConfigBuilder(Config.empty())
            .withMasterUrl(server.url("/"))
            .withRequestTimeout(SLOW_MACHINE_MILLIS)
            .build());
  }

  KubernetesClient client() {
    return client;
  }

  /** A client of a server that is not there. */
  static KubernetesClient clientOfNobody() {
    return KubeFloor.client(
        KubeFloor.bounded(
            new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:1/").build()));
  }

  void addNamespace(String name, String uid) {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(uid)
                .endMetadata()
                .build())
        .create();
  }

  StorageTargetObject apply(String name, TargetSpec spec) {
    StorageTargetObject object = new StorageTargetObject();
    object.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-of-" + name)
            .withGeneration(1L)
            .build());
    object.setSpec(spec);
    return target(name) == null
        ? client.resource(object).create()
        : client.resource(object).update();
  }

  @Nullable StorageTargetObject target(String name) {
    return client.resources(StorageTargetObject.class).withName(name).get();
  }

  List<MooringVolumeObject> volumes() {
    return client.resources(MooringVolumeObject.class).list().getItems();
  }

  void applySecret(String name, Map<String, String> texts) {
    Map<String, String> data = new TreeMap<>();
    texts.forEach((key, text) ->
        data.put(key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(NAMESPACE)
            .withName(name)
            .endMetadata()
            .withData(data)
            .build();
    var existing = client.secrets().inNamespace(NAMESPACE).withName(name);
    if (existing.get() == null) {
      client.resource(secret).create();
    } else {
      client.resource(secret).update();
    }
  }

  /** Findings of the audit as {@code Kind object removal}. */
  List<String> orphans() {
    return client.resources(MooringOrphanObject.class).list().getItems().stream()
        .map(object ->
            object.getSpec().kind()
                + " "
                + object.getSpec().object().replaceFirst("/(snap-)?(..).*", "/$2")
                + " "
                + (object.getStatus() == null ? "?" : object.getStatus().removal()))
        .sorted()
        .toList();
  }

  /** What the only finding says. */
  String orphanMessage() {
    OrphanStatus status =
        client.resources(MooringOrphanObject.class).list().getItems().getFirst().getStatus();
    return String.valueOf(status.message());
  }

  /** An administrator gives up whatever is found, or does not any more. */
  void consent(boolean remove) {
    for (MooringOrphanObject object :
        client.resources(MooringOrphanObject.class).list().getItems()) {
      object
          .getMetadata()
          .setAnnotations(Map.of(MooringOrphanObject.CONSENT, Boolean.toString(remove)));
      client.resource(object).update();
    }
  }

  /** A VolumeAttachment of that PersistentVolume. */
  void addVolumeAttachment(String name, String volume, String node, boolean attached) {
    VolumeAttachmentObject object = new VolumeAttachmentObject();
    object.setMetadata(new ObjectMetaBuilder().withName(name).build());
    object.setSpec(
        new VolumeAttachmentObject.Wish(
            "csi.mooring.io", node, new VolumeAttachmentObject.Source(volume, null)));
    VolumeAttachmentObject created = client.resource(object).create();
    created.setStatus(new VolumeAttachmentObject.State(attached));
    client.resource(created).updateStatus();
  }

  List<MooringAttachmentObject> attachments() {
    return client.resources(MooringAttachmentObject.class).list().getItems();
  }

  void addNode(String name) {
    client
        .resource(new NodeBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  /** A PersistentVolume of that name, bound to the claim {@code shop/data}. */
  void addPersistentVolume(String name, String volumeHandle) {
    client
        .resource(
            new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewCsi()
                .withDriver("csi.mooring.io")
                .withVolumeHandle(volumeHandle)
                .endCsi()
                .withNewClaimRef()
                .withNamespace("shop")
                .withName("data")
                .withUid("uid-of-data")
                .endClaimRef()
                .endSpec()
                .build())
        .create();
  }

  /** Events as {@code type reason}, in the order of their names. */
  List<String> events() {
    return client.v1().events().inNamespace("default").list().getItems().stream()
        .map(event -> event.getType() + " " + event.getReason())
        .toList();
  }

  /** What was asked of the server so far, as {@code METHOD path-without-query}, each once. */
  Set<String> requests() {
    Set<String> requests = new TreeSet<>();
    try {
      RecordedRequest request = server.takeRequest(1, TimeUnit.MILLISECONDS);
      while (request != null) {
        String path = request.getPath();
        int query = path.indexOf('?');
        String kind = path.contains("watch=true") ? "WATCH" : request.method().toString();
        requests.add(kind + " " + (query < 0 ? path : path.substring(0, query)));
        request = server.takeRequest(1, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return requests;
  }

  /** It is gone, and whoever asks it finds nobody. */
  void vanish() {
    server.destroy();
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }
}
