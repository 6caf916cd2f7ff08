package io.mooring.node.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.link.v1.Chap;
import io.mooring.link.v1.ControllerMessage;
import io.mooring.link.v1.Limits;
import io.mooring.runtime.chap.ChapEntry;
import io.mooring.runtime.store.Documents;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkSecretsTest {
  @TempDir Path directory;

  private LinkSecrets secrets() {
    return new LinkSecrets(new Documents<>(directory.resolve("chap"), ChapEntry.class));
  }

  private static ControllerMessage told(int revision) {
    return ControllerMessage.newBuilder()
        .setChap(
            Chap.newBuilder()
                .setRevision(revision)
                .setUser("node")
                .setPassword("correct-horse-" + revision))
        .build();
  }

  private static ControllerMessage ended(int revision) {
    return ControllerMessage.newBuilder().setChap(Chap.newBuilder().setRevision(revision)).build();
  }

  @Test
  void whatIsToldIsInForceAndOutlivesThePlugin() {
    assertThat(secrets().current()).isEmpty();
    assertThat(secrets().take(told(1))).isTrue();

    assertThat(secrets().current().orElseThrow().password()).isEqualTo("correct-horse-1");
    assertThat(secrets().ended()).isFalse();
  }

  @Test
  void theNewestCountsAndTheSameAgainIsNoNews() {
    LinkSecrets secrets = secrets();
    secrets.take(told(2));

    assertThat(secrets.take(told(2))).isFalse();
    assertThat(secrets.take(told(1))).isFalse();
    assertThat(secrets.current().orElseThrow().revision()).isEqualTo(2);
    assertThat(secrets.take(told(3))).isTrue();
  }

  @Test
  void anEndIsKnownAsAnEnd() {
    LinkSecrets secrets = secrets();
    secrets.take(told(1));
    secrets.take(ended(2));

    assertThat(secrets.current()).isEmpty();
    assertThat(secrets.ended()).isTrue();
    assertThat(secrets().ended()).isTrue();
  }

  @Test
  void otherMessagesAreNotItsConcern() {
    assertThat(
            secrets()
                .take(
                    ControllerMessage.newBuilder().setLimits(Limits.getDefaultInstance()).build()))
        .isFalse();
  }
}
