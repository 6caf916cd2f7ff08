package io.mooring.node.volume;

import static io.mooring.node.volume.NodeUnderTest.A;
import static io.mooring.node.volume.NodeUnderTest.B;
import static io.mooring.node.volume.NodeUnderTest.LUN;
import static io.mooring.node.volume.NodeUnderTest.VOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of two tellings of a target's portals counts. */
class PortalOrderTest extends PortalsUnderTest {
  @Test
  void anOrderOfYesterdayChangesNothing() {
    assertThat(node.portals().take(order(5, List.of(A, B), List.of()))).isTrue();
    assertThat(node.portals().take(maintenanceOfB())).isFalse();
    assertThat(node.portals().take(order(5, List.of(A, B), List.of()))).isFalse();
    assertThat(node.portals().take(order(5, List.of(A), List.of()))).isTrue();
  }

  @Test
  void aContextThatIsNewerThanTheOrderCounts() {
    PublishContext old = NodeUnderTest.context(VOLUME, LUN);
    PublishContext newer = old.over(old.targets(), 3);
    PortalOrder order = maintenanceOfB();

    assertThat(order.applied(newer)).isEqualTo(newer);
    assertThat(order.applied(old.over(old.targets(), 2)).routes()).hasSize(1);
    assertThat(order.applied(old).routes()).hasSize(1);
  }

  @Test
  void aContextOfOldWithOtherPortalsThanTheOrderCounts() {
    PublishContext old = NodeUnderTest.context(VOLUME, LUN);

    assertThat(order(2, List.of(C), List.of()).applied(old)).isEqualTo(old);
  }
}
