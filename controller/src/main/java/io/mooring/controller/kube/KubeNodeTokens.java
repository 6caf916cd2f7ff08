package io.mooring.controller.kube;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.mooring.controller.kube.TokenReviewObject.Answer;
import io.mooring.controller.kube.TokenReviewObject.Question;
import io.mooring.controller.kube.TokenReviewObject.User;
import io.mooring.controller.node.NodeTokens;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that the kubelet gives to the pods of node plugins (projected service account tokens). The
 * API server says whether one is valid, that its pod still exists, and on which node the pod is.
 */
final class KubeNodeTokens implements NodeTokens {
  /** Nobody else takes tokens made for it, and tokens made for others are not taken here. */
  static final String AUDIENCE = "csi.mooring.io/node-link";

  /** Of tokens bound to a pod; Kubernetes 1.30 and later. */
  private static final String NODE_NAME = "authentication.kubernetes.io/node-name";

  /** Whoever reaches the port may make the API server work: not without bounds. */
  private static final int AT_ONCE = 8;

  private final KubernetesClient client;
  private final String user;
  private final Semaphore turns = new Semaphore(AT_ONCE);

  /**
   * @param account the service account of node plugins
   */
  KubeNodeTokens(KubernetesClient client, String namespace, String account) {
    this.client = requireNonNull(client, "client is null");
    this.user = "system:serviceaccount:" + namespace + ":" + account;
  }

  @Override
  public String nodeOf(String token) {
    if (!turns.tryAcquire()) {
      throw Failure.unavailable("too many nodes link at this moment; they try again");
    }
    try {
      return node(review(token));
    } catch (KubernetesClientException e) {
      throw KubeTrouble.failure("a node's token cannot be checked", e);
    } finally {
      turns.release();
    }
  }

  private @Nullable Answer review(String token) {
    TokenReviewObject question = new TokenReviewObject();
    question.setSpec(new Question(token, List.of(AUDIENCE)));
    return client.resource(question).create().getStatus();
  }

  private String node(@Nullable Answer answer) {
    User caller = answer == null ? null : answer.user();
    if (answer == null
        || caller == null
        || !Boolean.TRUE.equals(answer.authenticated())
        || answer.audiences() == null
        || !answer.audiences().contains(AUDIENCE)) {
      throw refusal("the token is not valid for " + AUDIENCE);
    }
    if (!user.equals(caller.username())) {
      throw refusal("the token is that of %s, not of %s".formatted(caller.username(), user));
    }
    List<String> nodes = caller.extra() == null ? null : caller.extra().get(NODE_NAME);
    if (nodes == null || nodes.size() != 1) {
      throw refusal("the token is not bound to a pod on a node");
    }
    return nodes.getFirst();
  }

  private static Failure refusal(String cause) {
    return new Failure(
        Kind.PERMISSION_DENIED, cause + "; node plugins use the token that their pod is given");
  }
}
