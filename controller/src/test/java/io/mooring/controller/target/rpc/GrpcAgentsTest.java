package io.mooring.controller.target.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.mooring.controller.target.Agent;
import io.mooring.controller.target.StorageTarget;
import io.mooring.controller.testing.FakeAgent;
import io.mooring.controller.testing.FakeHost;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import io.mooring.runtime.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcAgentsTest {
  private static final String SERIAL = "0123456789abcdef0123456789abcdef";

  private final String address = UUID.randomUUID().toString();
  private final StorageTarget target = new StorageTarget("san-a", address, "san-a");
  private final FakeHost host = FakeHost.at(address, new FakeAgent("san-a"));
  private final GrpcAgents agents =
      GrpcAgentsForTests.open("cluster-1", t -> FakeHost.channel(t.endpoint()));
  private final Agent agent = agents.of(target);

  @BeforeEach
  void switchOn() {
    host.switchOn();
  }

  @AfterEach
  void close() {
    host.agent().faults().letGo("GetVolume");
    agents.close();
    host.close();
  }

  private static Deadline after(int millis) {
    return Deadline.after(Duration.ofMillis(millis));
  }

  @Test
  void theHostIsAskedForItsNameOncePerConnection() {
    agent.delete(SERIAL, after(5000));
    agent.delete(SERIAL, after(5000));
    agents.of(target).delete(SERIAL, after(5000));

    assertThat(host.agent().calls())
        .containsExactly("GetTarget", "DeleteVolume", "DeleteVolume", "DeleteVolume");
  }

  @Test
  void theHostIsAskedForItsNameAgainOnANewConnection() {
    agent.delete(SERIAL, after(5000));
    host.switchOff();
    host.switchOn();
    host.agent().storage().rename("san-x");

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() ->
            assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> agent.delete(SERIAL, after(5000)))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.FAILED_PRECONDITION)));
    assertThat(host.agent().calls()).containsOnlyOnce("DeleteVolume");
  }

  @Test
  void aHostThatComesBackAnswersTheFirstCall() {
    host.switchOff();
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> agent.withSerial(SERIAL, after(5000)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .withMessageContaining("san-a");
    host.switchOn();

    assertThat(agent.withSerial(SERIAL, after(5000))).isEmpty();
  }

  @Test
  void anAgentThatDoesNotAnswerCostsTheDeadlineAndNoMore() {
    agent.delete(SERIAL, after(5000));
    host.agent().faults().hold("GetVolume");

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> agent.withSerial(SERIAL, after(200)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.DEADLINE_EXCEEDED))
        .withMessageContaining("san-a");
  }

  @Test
  void atMostSixteenCallsAreUnderWayAtOnce() throws Exception {
    host.agent().faults().hold("GetVolume");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        calls.add(threads.submit(() -> agent.withSerial(SERIAL, after(30_000))));
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> host.agent().calls().stream().filter("GetVolume"::equals).count() == 16);

      assertThatExceptionOfType(Failure.class)
          .isThrownBy(() -> agents.of(target).withSerial(SERIAL, after(200)))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
          .withMessageContaining("busy");
      host.agent().faults().letGo("GetVolume");
      for (Future<?> call : calls) {
        call.get(10, TimeUnit.SECONDS);
      }
    }

    assertThat(agent.withSerial(SERIAL, after(5000))).isEmpty();
  }

  @Test
  void aTargetThatIsTakenOutIsAskedNoMore() {
    agent.delete(SERIAL, after(5000));

    agents.keepOnly(Set.of());

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> agent.delete(SERIAL, after(5000)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
        .withMessageContaining("san-a");
    agents.of(target).delete(SERIAL, after(5000));
  }

  @Test
  void aTargetThatStaysKeepsItsConnection() {
    agent.delete(SERIAL, after(5000));

    agents.keepOnly(Set.of(target));
    agent.delete(SERIAL, after(5000));

    assertThat(host.agent().calls()).containsOnlyOnce("GetTarget");
  }

  @Test
  void anAnswerThatCannotBeIsRefusedInTheTargetsName() {
    host.agent().storage().pool("fast", 1L << 30);
    String serial = host.agent().storage().put("pvc-1", "fast", 4096).getSerial();
    host.agent()
        .storage()
        .falsify(serial, v -> v.toBuilder().setWwid("3600140500000000000000000000000000").build());

    assertThatExceptionOfType(Failure.class)
        .isThrownBy(() -> agent.withSerial(serial, after(5000)))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.INTERNAL))
        .withMessageContaining("storage target san-a")
        .withMessageContaining("WWID");
  }
}
