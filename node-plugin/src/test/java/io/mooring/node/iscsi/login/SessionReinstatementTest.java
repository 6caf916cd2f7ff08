package io.mooring.node.iscsi.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.node.iscsi.Initiator;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.iscsi.Session;
import io.mooring.node.iscsi.SessionState;
import io.mooring.node.network.TcpConnection;
import io.mooring.runtime.chap.Chap;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.time.Deadline;
import io.mooring.runtime.time.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A login over a real socket, to a target that knows the login phase. */
class SessionReinstatementTest {
  private static final String SECRET = "a-secret-of-the-node";
  private static final String MUTUAL_SECRET = "a-secret-of-the-target";
  private static final Duration SOON = Duration.ofSeconds(15);
  private static final Duration BRIEFLY = Duration.ofMillis(300);
  private static final Session SESSION =
      new Session(
          0x010203,
          4,
          "iqn.2026-01.io.mooring:san1.0123456789abcdef",
          Portal.parse("10.77.1.1:3260"),
          Initiator.IFACE,
          "iqn.2026-01.io.mooring:node.test",
          SessionState.LOGGED_IN);

  private final FakeTarget target = new FakeTarget();
  private Optional<Chap> chap = Optional.empty();

  /** The login is over when it has begun. */
  private final Reinstatement atOnce = new SessionReinstatement(_ -> chap, Runnable::run);

  private final Reinstatement reinstatement =
      new SessionReinstatement(_ -> chap, task -> Thread.ofVirtual().start(task));

  SessionReinstatementTest() throws IOException {}

  @AfterEach
  void stop() {
    target.close();
  }

  private void end() {
    assertThat(atOnce.begin(SESSION, target.connection()).confirmed(Deadline.after(SOON))).isTrue();
  }

  @Test
  void theTargetEndsTheSessionOfThatNumberAndIsLeftWithoutANewOne() {
    end();
    assertThat(target.events()).containsExactly("ended 00023d010203", "logout");
  }

  @Test
  void theSessionsOwnSecretsAreShown() {
    target.demand(SECRET, "");
    chap = Optional.of(new Chap("node", SECRET, "", "", 1));
    end();
    assertThat(target.events()).contains("ended 00023d010203");
  }

  @Test
  void aTargetProvesWhoItIsWhereChapIsMutual() {
    target.demand(SECRET, MUTUAL_SECRET);
    chap = Optional.of(new Chap("node", SECRET, "target", MUTUAL_SECRET, 1));
    end();
    assertThat(target.events()).contains("ended 00023d010203");
  }

  @Test
  void aStrangerIsNotBelieved() {
    target.demand(SECRET, "what-a-stranger-guesses");
    chap = Optional.of(new Chap("node", SECRET, "target", MUTUAL_SECRET, 1));
    assertThatThrownBy(this::end)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("did not prove who it is")
        .hasMessageNotContaining(MUTUAL_SECRET);
    assertThat(target.events()).isEmpty();
  }

  @Test
  void wrongSecretsAreAFailureThatDoesNotTellThem() {
    target.demand("what-the-target-knows", "");
    chap = Optional.of(new Chap("node", SECRET, "", "", 1));
    assertThatThrownBy(this::end)
        .isInstanceOf(Failure.class)
        .hasMessageContaining("0x0201")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void whatTheTargetProposesIsAgreedTo() {
    target.insist();
    end();
    assertThat(target.events()).containsExactly("ended 00023d010203", "logout");
  }

  @Test
  void secretsThatCannotBeReadAreAFailureOfTheLogin() {
    Reinstatement blind =
        new SessionReinstatement(
            _ -> {
              throw Failure.internal("no such file");
            },
            Runnable::run);
    EndingLogin login = blind.begin(SESSION, target.connection());
    assertThatThrownBy(() -> login.confirmed(Deadline.after(SOON)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void aRefusalIsAFailure() {
    target.refuse(0x0301);
    assertThatThrownBy(this::end).isInstanceOf(Failure.class).hasMessageContaining("0x0301");
  }

  @Test
  void aSilentTargetHasNotBegun() {
    target.fallSilent();
    try (EndingLogin login = reinstatement.begin(SESSION, target.connection())) {
      assertThat(login.confirmed(Deadline.after(BRIEFLY))).isFalse();
      assertThat(login.hasBegun()).isFalse();
    }
  }

  @Test
  void aTargetThatIsAtWorkHasBegunAndConfirmsOnTheSameLoginWhenItIsDone() {
    target.beginWork();
    try (EndingLogin login = reinstatement.begin(SESSION, target.connection())) {
      assertThat(Poll.SYSFS.until(Deadline.after(SOON), login::hasBegun)).isTrue();
      assertThat(login.confirmed(Deadline.after(BRIEFLY))).isFalse();
      assertThat(target.events()).isEmpty();
      target.endWork();
      assertThat(login.confirmed(Deadline.after(SOON))).isTrue();
    }
  }

  @Test
  void whoHangsUpWaitsForNothing() {
    target.fallSilent();
    EndingLogin login = reinstatement.begin(SESSION, target.connection());
    login.close();
    assertThatThrownBy(() -> login.confirmed(Deadline.after(SOON)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("session 66051");
  }

  @Test
  void aPortalThatIsClosedIsAFailure() {
    TcpConnection there = target.connection();
    target.close();
    EndingLogin login = reinstatement.begin(SESSION, there);
    assertThatThrownBy(() -> login.confirmed(Deadline.after(SOON))).isInstanceOf(Failure.class);
  }
}
