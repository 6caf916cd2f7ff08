package io.mooring.controller.volume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeIdTest {
  private static final String UUID = "11111111-2222-4333-8444-555555555555";

  @Test
  void anIdNamesTheNodeAndItsUuid() {
    assertThat(NodeId.parse("worker-1.example.net/" + UUID))
        .contains(new NodeId("worker-1.example.net", UUID));
    assertThat(new NodeId("w", UUID)).hasToString("w/" + UUID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "fake-node-id",
        "worker-1/",
        "/" + UUID,
        UUID,
        "worker-1/not-a-uuid",
        "worker-1/11111111-2222-4333-8444-55555555555",
        "worker-1/11111111-2222-4333-8444-55555555555A",
        "worker 1/" + UUID,
        "a/b/" + UUID
      })
  void noNodeHasSuchAnId(String text) {
    assertThat(NodeId.parse(text)).isEmpty();
  }

  @Test
  void anIdBeyondTheSpecificationsLimitIsNone() {
    assertThat(NodeId.parse("a".repeat(219) + "/" + UUID)).isPresent();
    assertThat(NodeId.parse("a".repeat(220) + "/" + UUID)).isEmpty();
  }
}
