package io.mooring.controller.kube;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question about a token, and its answer: what is used of {@code authentication.k8s.io/v1
 * TokenReview}, whose model comes in a library of 1.4 MB.
 */
@Group("authentication.k8s.io")
@Version("v1")
@Kind("TokenReview")
@Plural("tokenreviews")
public final class TokenReviewObject
    extends CustomResource<TokenReviewObject.Question, TokenReviewObject.Answer> {
  private static final long serialVersionUID = 1L;

  /** Whether the token is valid for one of the audiences. */
  public record Question(String token, List<String> audiences) {
    @Override
    public String toString() {
      return "a token for " + audiences;
    }
  }

  /**
   * What the API server says of the token.
   *
   * @param audiences those of the question that the token is meant for
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Answer(
      @Nullable Boolean authenticated, @Nullable User user, @Nullable List<String> audiences) {}

  /** Whose token it is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record User(@Nullable String username, @Nullable Map<String, List<String>> extra) {}

  @Override
  protected @Nullable Question initSpec() {
    return null;
  }

  @Override
  protected @Nullable Answer initStatus() {
    return null;
  }
}
