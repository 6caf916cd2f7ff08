package io.mooring.controller.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortalPlanTest {
  private static final Portal A = new Portal("192.0.2.1", 3260);
  private static final Portal B = new Portal("198.51.100.1", 3260);
  private static final Portal C = new Portal("fd00::1", 3260);
  private static final List<Portal> ALL = List.of(A, B, C);

  private static PortalPlan plan(List<Portal> restriction, Maintenance maintenance) {
    Share share = new Share(Set.of(), restriction, List.of("red"), maintenance, 7);
    return PortalPlan.of(new StorageTarget("san-a", "a:1", "san-a").sharing(share), ALL);
  }

  private static Maintenance portals(Portal... portals) {
    return new Maintenance(List.of(portals), List.of());
  }

  private static Maintenance networks(String... networks) {
    return new Maintenance(
        List.of(),
        Arrays.stream(networks).map(text -> PathNetwork.parse(text).orElseThrow()).toList());
  }

  @Test
  void withoutMaintenanceAllPortalsInUseAreWanted() {
    assertThat(plan(List.of(), Maintenance.NONE).wanted()).isEqualTo(ALL);
    assertThat(plan(List.of(A, C), Maintenance.NONE).wanted()).containsExactly(A, C);
    assertThat(plan(List.of(), Maintenance.NONE).revision()).isEqualTo(7);
  }

  @Test
  void aPortalUnderMaintenanceIsNotWantedHoweverItIsWritten() {
    PortalPlan plan = plan(List.of(), portals(new Portal("fd00:0:0:0:0:0:0:1", 3260)));

    assertThat(plan.wanted()).containsExactly(A, B);
    assertThat(plan.maintenance()).containsExactly(C);
    assertThat(plan.refusal()).isEmpty();
  }

  @Test
  void aNetworkUnderMaintenanceMeansAllItsPortals() {
    assertThat(plan(List.of(), networks("192.0.2.0/24")).maintenance()).containsExactly(A);
    assertThat(plan(List.of(), networks("192.0.2.128/25", "fd00::/64")).refusal().orElseThrow())
        .contains("192.0.2.128/25", "192.0.2.1:3260");
    assertThat(plan(List.of(), networks("0.0.0.0/0")).maintenance()).containsExactly(A, B);
  }

  @Test
  void maintenanceThatLeavesNoPortalIsRefusedAsAWhole() {
    PortalPlan plan = plan(List.of(A), portals(A));

    assertThat(plan.wanted()).containsExactly(A);
    assertThat(plan.maintenance()).isEmpty();
    assertThat(plan.refusal().orElseThrow()).contains("192.0.2.1:3260", "no volume would have");
  }

  @Test
  void aPortalThatTheHostHasNotIsRefused() {
    PortalPlan plan = plan(List.of(A, C), portals(A, B));

    assertThat(plan.wanted()).containsExactly(A, C);
    assertThat(plan.refusal().orElseThrow()).contains("[198.51.100.1:3260]", "correct it");
  }

  @Test
  void whatIsNoNetworkIsNotRead() {
    assertThat(Stream.of("192.0.2.0", "192.0.2.0/33", "x/8", "fd00::/129", "1.2.3/8", ""))
        .allMatch(text -> PathNetwork.parse(text).isEmpty());
  }
}
