package io.mooring.runtime.claim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ClaimTest {
  private static final String NAME = "csi.storage.k8s.io/pvc/name";
  private static final String NAMESPACE = "csi.storage.k8s.io/pvc/namespace";

  @Test
  void whatTheProvisionerSaysReachesTheNode() {
    Claim claim =
        Claim.of(
            Map.of(
                NAME,
                "data",
                NAMESPACE,
                "shop",
                "csi.storage.k8s.io/pv/name",
                "pvc-1",
                "pool",
                "fast"));

    assertThat(claim).isEqualTo(new Claim("shop", "data"));
    assertThat(claim.context())
        .containsExactlyInAnyOrderEntriesOf(Map.of(NAME, "data", NAMESPACE, "shop"));
    assertThat(Claim.of(claim.context())).isEqualTo(claim);
  }

  @Test
  void halfAClaimIsNone() {
    assertThat(Claim.of(Map.of())).isEqualTo(Claim.NONE);
    assertThat(Claim.of(Map.of(NAME, "data"))).isEqualTo(Claim.NONE);
    assertThat(Claim.of(Map.of(NAME, "data", NAMESPACE, ""))).isEqualTo(Claim.NONE);
    assertThat(Claim.NONE.context()).isEmpty();
  }
}
