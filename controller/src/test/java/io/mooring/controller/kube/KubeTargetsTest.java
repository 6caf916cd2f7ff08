package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.mooring.controller.target.Portal;
import io.mooring.controller.target.Share;
import io.mooring.controller.target.StorageTarget;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KubeTargetsTest {
  private static final Duration OFTEN = Duration.ofMillis(50);

  private final ApiServer api = new ApiServer();
  private final SecretFiles secrets = new SecretFiles(api.client(), ApiServer.NAMESPACE);
  private final ClusterId cluster =
      ClusterId.of(api.client(), Optional.of("cluster-1"), Duration.ofMillis(50));
  private final KubeTargets targets = new KubeTargets(api.client(), cluster, secrets, OFTEN);

  @BeforeEach
  void follow() {
    var _ = targets.start();
    await().until(() -> targets.trouble().isEmpty());
  }

  @AfterEach
  void close() {
    targets.close();
    cluster.close();
    secrets.close();
    api.close();
  }

  private static TargetSpec spec(String endpoint) {
    return new TargetSpec(endpoint, null, null, List.of(), List.of(), List.of(), null);
  }

  private static TargetSpec withSecret(@Nullable String secret) {
    return new TargetSpec("a:9750", null, secret, List.of(), List.of(), List.of(), null);
  }

  private StorageTarget eventually(String name, Predicate<StorageTarget> state) {
    return await()
        .until(() -> targets.current().get(name), target -> target != null && state.test(target));
  }

  @Test
  void withoutObjectsThereAreNoTargetsAndNoTrouble() {
    assertThat(targets.current()).isEmpty();
  }

  @Test
  void aTargetComesChangesAndGoesWithoutARestart() {
    api.apply("san-a", spec("a:9750"));
    assertThat(eventually("san-a", _ -> true))
        .extracting(target -> target.sharing(Share.ALL))
        .isEqualTo(new StorageTarget("san-a", "a:9750", "san-a"));

    api.apply("san-a", spec("b:9750"));
    eventually("san-a", target -> target.endpoint().equals("b:9750"));

    api.client().resources(StorageTargetObject.class).withName("san-a").delete();
    await().until(() -> targets.current().isEmpty());
  }

  @Test
  void whatTheClusterUsesIsRead() {
    api.apply(
        "san-a",
        new TargetSpec(
            "a:9750",
            "agents.example.net",
            null,
            List.of("192.0.2.1:3260", "[fd00:0::1]:3261"),
            List.of("fast"),
            List.of("red", "blue"),
            null));

    StorageTarget target = eventually("san-a", _ -> true);

    assertThat(target.serverName()).isEqualTo("agents.example.net");
    assertThat(target.share().usesPool("fast")).isTrue();
    assertThat(target.share().usesPool("slow")).isFalse();
    assertThat(target.share().usesPortal(new Portal("fd00::1", 3261))).isTrue();
    assertThat(target.share().usesPortal(new Portal("192.0.2.1", 3261))).isFalse();
    assertThat(target.share().fabrics()).containsExactly("red", "blue");
  }

  @Test
  void aBadObjectLeavesTheOthersAlone() {
    api.apply("san-x", spec("nonsense"));
    api.apply("san-a", spec("a:9750"));
    eventually("san-a", _ -> true);

    assertThat(targets.current()).containsOnlyKeys("san-a");
    await().until(() -> targets.entries().size() == 2);
    assertThat(targets.entries().getLast().objection().orElseThrow())
        .contains("spec.endpoint", "nonsense", "host:port");
  }

  @Test
  void aTargetThatBecomesBadStaysAsItWas() {
    api.apply("san-a", spec("a:9750"));
    eventually("san-a", _ -> true);

    api.apply("san-a", spec("nonsense"));
    await().until(() -> targets.entries().getFirst().objection().isPresent());

    assertThat(targets.current().get("san-a"))
        .extracting(target -> target.sharing(Share.ALL))
        .isEqualTo(new StorageTarget("san-a", "a:9750", "san-a"));
  }

  @Test
  void badPortalsAndFabricsAreNamed() {
    api.apply(
        "san-a",
        new TargetSpec("a:1", null, null, List.of("192.0.2.1"), List.of(), List.of(), null));
    api.apply(
        "san-b", new TargetSpec("a:1", null, null, List.of(), List.of(), List.of("Red"), null));

    await().until(() -> targets.entries().size() == 2);
    assertThat(targets.entries().getFirst().objection().orElseThrow())
        .contains("spec.portals", "192.0.2.1");
    assertThat(targets.entries().getLast().objection().orElseThrow())
        .contains("spec.fabrics", "Red");
  }

  private static final Map<String, String> FIRST =
      Map.of("tls.crt", "certificate 1", "tls.key", "key 1", "ca.crt", "authority 1");

  @Test
  void aSecretBecomesFilesForTheProcessAlone() throws IOException {
    api.applySecret("san-a-tls", FIRST);
    api.apply("san-a", withSecret("san-a-tls"));

    var tls = eventually("san-a", target -> target.tls().isPresent()).tls().orElseThrow();

    assertThat(tls.certificate()).hasContent("certificate 1");
    assertThat(tls.privateKey()).hasContent("key 1");
    assertThat(tls.authority()).hasContent("authority 1");
    assertThat(mode(tls.privateKey())).isEqualTo("rw-------");
    Path root = tls.privateKey().resolve("../../..").normalize();
    assertThat(mode(root)).isEqualTo("rwx------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aChangedSecretIsFollowed() {
    api.applySecret("san-a-tls", FIRST);
    api.apply("san-a", withSecret("san-a-tls"));
    var tls = eventually("san-a", target -> target.tls().isPresent()).tls().orElseThrow();

    api.applySecret(
        "san-a-tls", Map.of("tls.crt", "certificate 2", "tls.key", "key 2", "ca.crt", "new"));

    await().untilAsserted(() -> assertThat(tls.certificate()).hasContent("certificate 2"));
    assertThat(tls.privateKey()).hasContent("key 2");
  }

  @Test
  void aMissingSecretIsTheTargetsTroubleUntilItIsThere() {
    api.apply("san-a", withSecret("san-a-tls"));
    assertThat(eventually("san-a", target -> target.trouble().isPresent()).trouble().orElseThrow())
        .contains("mooring/san-a-tls", "does not exist", "tls.key");

    api.applySecret("san-a-tls", Map.of("tls.crt", "x"));
    eventually("san-a", target -> target.trouble().orElse("").contains("has not all"));

    api.applySecret("san-a-tls", FIRST);
    eventually("san-a", target -> target.trouble().isEmpty() && target.tls().isPresent());
  }

  /** The chart's roles name each Secret by itself, so that new roles alone are no remedy. */
  @Test
  void aForbiddenSecretSaysWhichValueAllowsIt() {
    api.applySecret("san-a-tls", FIRST);
    api.forbidSecret("san-a-tls");
    api.apply("san-a", withSecret("san-a-tls"));

    StorageTarget target = eventually("san-a", it -> it.trouble().isPresent());
    assertThat(target.trouble().orElseThrow())
        .contains(
            "the Secret mooring/san-a-tls of spec.tlsSecretName cannot be read",
            "the API server forbids it",
            "add san-a-tls to the chart's value controller.targetSecrets")
        .doesNotContain("roles of this version");

    api.forbidNothing();
    eventually("san-a", it -> it.trouble().isEmpty());
  }

  @Test
  void noSecretIsLeftBehind() {
    api.applySecret("san-a-tls", FIRST);
    api.apply("san-a", withSecret("san-a-tls"));
    var tls = eventually("san-a", target -> target.tls().isPresent()).tls().orElseThrow();
    Path root = tls.privateKey().resolve("../../..").normalize();

    targets.close();
    secrets.close();

    assertThat(root).doesNotExist();
  }

  @Test
  void whileTheApiServerIsSilentNothingIsKnown() {
    KubernetesClient nobody = ApiServer.clientOfNobody();
    try (SecretFiles none = new SecretFiles(nobody, ApiServer.NAMESPACE);
        KubeTargets unknown = new KubeTargets(nobody, cluster, none, OFTEN).start()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> unknown.trouble().orElse("").contains("does not answer"));
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(unknown::current)
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
    nobody.close();
  }

  @Test
  void theClustersIdIsWaitedFor() {
    try (ClusterId own = ClusterId.of(api.client(), Optional.empty(), OFTEN);
        KubeTargets waiting = new KubeTargets(api.client(), own, secrets, OFTEN).start()) {
      await().until(() -> own.trouble().orElse("").contains("there is no such namespace"));
      await().until(() -> waiting.trouble().orElse("").contains("kube-system"));
      assertThatExceptionOfType(Failure.class)
          .isThrownBy(own::get)
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE));

      api.addNamespace("kube-system", "uid-of-the-cluster");

      await().until(() -> waiting.trouble().isEmpty());
      assertThat(own.get()).isNotEmpty();
    }
  }

  @Test
  void onlyTheRightsThatAreDocumentedAreNeeded() {
    api.applySecret("san-a-tls", FIRST);
    api.apply("san-a", withSecret("san-a-tls"));
    eventually("san-a", target -> target.tls().isPresent());
    api.requests();

    try (ClusterId own = ClusterId.of(api.client(), Optional.empty(), OFTEN);
        KubeTargets others = new KubeTargets(api.client(), own, secrets, OFTEN).start()) {
      await().until(() -> others.entries().size() == 1);
      await().until(() -> own.trouble().orElse("").contains("no such namespace"));
    }

    assertThat(api.requests())
        .containsExactlyInAnyOrder(
            "GET /apis/mooring.io/v1alpha1/storagetargets",
            "WATCH /apis/mooring.io/v1alpha1/storagetargets",
            "GET /api/v1/namespaces/mooring/secrets/san-a-tls",
            "GET /api/v1/namespaces/kube-system");
  }
}
