package io.mooring.controller.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeadershipTest {
  private final ApiServer api = new ApiServer();

  @AfterEach
  void close() {
    api.close();
  }

  private Leadership replica(String name) {
    return new Leadership(api.client(), ApiServer.NAMESPACE, name).running();
  }

  @Test
  void oneLeadsAndTheOtherFollowsWhenItStops() {
    try (Leadership second = new Leadership(api.client(), ApiServer.NAMESPACE, "pod-2")) {
      try (Leadership first = replica("pod-1")) {
        await().atMost(Duration.ofSeconds(30)).until(first::held);
        AtomicInteger others = new AtomicInteger();
        first.whenAnotherLeads(others::incrementAndGet);
        second.whenAnotherLeads(others::incrementAndGet);
        second.running();
        await().until(() -> others.get() == 1);
        await()
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(10))
            .until(() -> first.held() && !second.held());
      }
      await().atMost(Duration.ofSeconds(20)).until(second::held);
    }
  }

  @Test
  void aReplicaThatReachesNobodyAnyMoreSaysThatItDoesNotLead() {
    try (Leadership only = replica("pod-1")) {
      await().atMost(Duration.ofSeconds(30)).until(only::held);
      AtomicInteger ended = new AtomicInteger();
      only.whenAnotherLeads(ended::incrementAndGet);
      api.vanish();

      await().atMost(Duration.ofSeconds(20)).until(() -> ended.get() > 0 && !only.held());
    }
  }

  @Test
  void aLeaseThatWasGivenBackIsNobodys() {
    try (Leadership only = new Leadership(api.client(), ApiServer.NAMESPACE, "pod-1")) {
      AtomicInteger others = new AtomicInteger();
      only.whenAnotherLeads(others::incrementAndGet);

      only.leads(null, "pod-1");

      assertThat(others).hasValue(0);
    }
  }

  @Test
  void onlyTheRightsThatAreDocumentedAreNeeded() {
    try (Leadership only = replica("pod-1")) {
      await().atMost(Duration.ofSeconds(30)).until(only::held);
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> api.requests().stream().anyMatch(r -> r.startsWith("PATCH")));
    }
    String leases = "/apis/coordination.k8s.io/v1/namespaces/mooring/leases";
    assertThat(api.requests())
        .isSubsetOf(
            "POST " + leases,
            "GET " + leases + "/mooring-controller",
            "PATCH " + leases + "/mooring-controller");
  }
}
