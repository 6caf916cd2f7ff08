package io.mooring.runtime.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.io.IOException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusesTest {
  private static final String LOST =
      "alpha: the connection to it was lost; check that its process runs, and the network between";

  @ParameterizedTest
  @EnumSource(Kind.class)
  void everyKindSurvivesTheWayToAPeerAndBack(Kind kind) {
    Failure there = new Failure(kind, "the sentence");

    Failure back = Statuses.toFailure(Statuses.toStatus(there).asRuntimeException(), "alpha");

    assertThat(back.kind()).isEqualTo(kind);
    assertThat(back.sentence()).isEqualTo("alpha: the sentence");
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED,UNAVAILABLE",
    "UNKNOWN,INTERNAL",
    "DATA_LOSS,INTERNAL",
    "UNAUTHENTICATED,PERMISSION_DENIED"
  })
  void codesWithoutAKindBecomeTheNearestOne(Status.Code code, Kind kind) {
    assertThat(Statuses.toFailure(code.toStatus().asRuntimeException(), "alpha").kind())
        .isEqualTo(kind);
  }

  @Test
  void aLocalTimeoutIsToldInPlainWords() {
    Status status =
        Status.DEADLINE_EXCEEDED.withDescription(
            "CallOptions deadline exceeded after 0.499s. Name resolution delay 0.001 seconds. [closed=[], open=[]]");

    assertThat(Statuses.toFailure(status.asRuntimeException(), "alpha").sentence())
        .isEqualTo("alpha: no answer before the call's deadline; try again");
  }

  @Test
  void anUnknownHostIsToldInPlainWords() {
    Status status =
        Status.UNAVAILABLE
            .withDescription("Unable to resolve host x")
            .withCause(new RuntimeException(new UnknownHostException("x")));

    assertThat(Statuses.toFailure(status.asRuntimeException(), "alpha").sentence())
        .isEqualTo("alpha: its host name is not known; check the address and DNS");
  }

  /** As gRPC says it when a peer dies while it shakes hands, and its cause did not come along. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "io exception\nChannel Pipeline: [SslHandler#0, DefaultChannelPipeline$TailContext#0]",
        "Network closed for unknown reason\nChannel Pipeline: [SslHandler#0]"
      })
  void aLostConnectionIsToldInOneSentence(String said) {
    Status status = Status.UNAVAILABLE.withDescription(said);

    assertThat(Statuses.toFailure(status.asRuntimeException(), "alpha").sentence()).isEqualTo(LOST);
    assertThat(
            Statuses.toFailure(
                    status
                        .withCause(new IOException("Connection reset by peer"))
                        .asRuntimeException(),
                    "alpha")
                .sentence())
        .isEqualTo(LOST);
  }

  @Test
  void aStatusWithoutWordsIsNamed() {
    assertThat(Statuses.toFailure(Status.NOT_FOUND.asRuntimeException(), "alpha").sentence())
        .isEqualTo("alpha: it answered NOT_FOUND without a reason");
  }

  @Test
  void aVeryLongSentenceIsCutToWhatTrailersHold() {
    Failure failure = Failure.internal("x".repeat(100_000));

    assertThat(Statuses.toStatus(failure).getDescription()).hasSize(2_003).endsWith("...");
  }
}
