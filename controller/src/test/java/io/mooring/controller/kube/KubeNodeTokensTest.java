package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.mooring.controller.kube.TokenReviewObject.Answer;
import io.mooring.controller.kube.TokenReviewObject.User;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KubeNodeTokensTest {
  private static final String ACCOUNT = "system:serviceaccount:mooring:mooring-node";
  private static final Map<String, List<String>> ON_WORKER_1 =
      Map.of("authentication.kubernetes.io/node-name", List.of("worker1"));

  private final ApiServer api = new ApiServer();
  private final KubeNodeTokens tokens =
      new KubeNodeTokens(api.client(), ApiServer.NAMESPACE, "mooring-node");

  @AfterEach
  void close() {
    api.close();
  }

  private static Answer valid(String account, Map<String, List<String>> extra) {
    return new Answer(true, new User(account, extra), List.of(KubeNodeTokens.AUDIENCE));
  }

  private void refused(Answer answer, String cause) {
    api.reviewsTokens(answer);
    assertThatThrownBy(() -> tokens.nodeOf("secret-text"))
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.PERMISSION_DENIED))
        .hasMessageContaining(cause)
        .hasMessageNotContaining("secret-text");
  }

  @Test
  void theTokenOfANodePluginsPodSpeaksForThePodsNode() {
    api.reviewsTokens(valid(ACCOUNT, ON_WORKER_1));

    assertThat(tokens.nodeOf("token")).isEqualTo("worker1");
    assertThat(api.requests()).containsExactly("POST /apis/authentication.k8s.io/v1/tokenreviews");
  }

  @Test
  void anInvalidTokenSpeaksForNobody() {
    refused(new Answer(false, null, null), "not valid");
  }

  @Test
  void aTokenForAnotherAudienceSpeaksForNobody() {
    refused(
        new Answer(true, new User(ACCOUNT, ON_WORKER_1), List.of("https://kubernetes.default.svc")),
        "not valid");
  }

  @Test
  void theTokenOfAnotherAccountSpeaksForNobody() {
    refused(
        valid("system:serviceaccount:shop:default", ON_WORKER_1),
        "is that of system:serviceaccount:shop:default");
  }

  @Test
  void aTokenThatIsNotBoundToAPodOnANodeSpeaksForNobody() {
    refused(valid(ACCOUNT, Map.of()), "not bound to a pod");
  }

  @Test
  void whileTheApiServerIsAwayNobodyIsToldApart() {
    try (KubernetesClient nobody = ApiServer.clientOfNobody()) {
      assertThatThrownBy(() -> new KubeNodeTokens(nobody, ApiServer.NAMESPACE, "n").nodeOf("token"))
          .isInstanceOfSatisfying(
              Failure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE));
    }
  }
}
