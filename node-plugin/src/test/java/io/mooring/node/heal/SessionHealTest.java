package io.mooring.node.heal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooring.node.fake.FakeTargets.Reception;
import io.mooring.node.iscsi.Portal;
import io.mooring.node.scsi.Hctl;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sessions, their records and their recovery times. */
class SessionHealTest extends HealedVolume {
  @Test
  void aWrongRecoveryTimeIsPutBack() {
    aVolumeOverBoth();
    host.network().recoveryIs(A, 120);
    look();
    assertThat(host.network().recovery(A)).isEqualTo(5);
    assertThat(healed).containsExactly(Ailment.RECOVERY_TIME);
    look();
    assertThat(healed).hasSize(1);
  }

  @Test
  void aZeroIsThePathGuardsAndIsLeftToIt() {
    aVolumeOverBoth();
    host.network().recoveryIs(A, 0);
    pass(Duration.ofMinutes(2));
    assertThat(host.network().recovery(A)).isZero();
    assertThat(healed).isEmpty();
  }

  @Test
  void whereSomebodyChangesItBackHeIsToldOfAndNotFought() {
    aVolumeOverBoth();
    host.network().recoveryIs(A, 20);
    look();
    host.network().recoveryIs(A, 20);
    pass(Duration.ofMinutes(5));
    assertThat(host.network().recovery(A)).isEqualTo(20);
    assertThat(present).containsExactly(Map.entry(Ailment.RECOVERY_TIME, 1L));
    assertThat(healed).hasSize(1);
    pass(Duration.ofMinutes(6));
    assertThat(host.network().recovery(A)).isEqualTo(5);
  }

  @Test
  void aSessionThatIsDownKeepsItsRecoveryTimeUntilItIsBack() {
    aVolumeOverBoth();
    host.network().recoveryIs(A, 120);
    host.cut(A);
    look();
    assertThat(host.network().recovery(A)).isEqualTo(120);
    host.restore(A);
    look();
    assertThat(host.network().recovery(A)).isEqualTo(5);
  }

  @Test
  void theNodeRecordOfALiveSessionIsWrittenAgain() {
    aVolumeOverBoth();
    host.ailments().loseRecord(route(B));
    look();
    assertThat(host.initiator().records()).contains(route(A), route(B));
    assertThat(healed).containsExactly(Ailment.RECORD);
  }

  @Test
  void aRecordThatNoVolumeNeedsIsNotMissed() {
    sessions();
    host.ailments().loseRecord(route(B));
    int done = journal().size();
    look();
    assertThat(journal()).hasSize(done);
  }

  private void stayDown() {
    host.cut(B);
    host.recoveryTimeOver(B);
  }

  @Test
  void aSessionThatStaysDownAlthoughItsPortalAnswersIsMadeAnew() {
    aVolumeOverBoth();
    int before = sessionAt(B).id();
    stayDown();
    host.targets().receive(B, Reception.WELCOME);
    pass(Duration.ofMinutes(9));
    assertThat(sessionAt(B).id()).isEqualTo(before);
    pass(Duration.ofMinutes(2));
    assertThat(sessionAt(B).id()).isNotEqualTo(before);
    assertThat(sessionAt(B).loggedIn()).isTrue();
    assertThat(map().slaves()).hasSize(2);
    assertThat(called("initiator.logout")).isEqualTo(1);
    assertThat(healed).containsExactly(Ailment.SESSION);
  }

  @Test
  void aSessionWhosePortalIsSilentIsLeftToIscsid() {
    aVolumeOverBoth();
    stayDown();
    pass(Duration.ofMinutes(30));
    assertThat(called("initiator.logout")).isZero();
    assertThat(present).isEmpty();
  }

  @Test
  void theLastPathsSessionIsNeverEnded() {
    aVolumeOverBoth();
    host.cut(A);
    host.recoveryTimeOver(A);
    stayDown();
    host.targets().receive(B, Reception.WELCOME);
    pass(Duration.ofMinutes(15));
    assertThat(called("initiator.logout")).isZero();
    assertThat(map().slaves()).hasSize(2);
    assertThat(present).containsEntry(Ailment.SESSION, 1L);
  }

  @Test
  void anIscsidThatDoesNotRunIsToldOf() {
    aVolumeOverBoth();
    host.ailments().iscsidRuns(false);
    pass(Duration.ofMinutes(1));
    assertThat(present).as("while nothing needs it").isEmpty();
    stayDown();
    host.targets().receive(B, Reception.WELCOME);
    pass(Duration.ofMinutes(15));
    assertThat(present).containsEntry(Ailment.DAEMON, 1L);
    assertThat(called("initiator.logout")).isZero();
  }

  @Test
  void somebodyElsesSessionThatIsDownIsNotTouched() {
    aVolumeOverBoth();
    Portal theirs = Portal.parse("10.77.3.1:3260");
    Hctl foreign = host.addForeignSession(route(theirs), 3, other);
    host.cut(theirs);
    host.recoveryTimeOver(theirs);
    host.targets().receive(theirs, Reception.WELCOME);
    int done = journal().size();
    pass(Duration.ofMinutes(15));
    assertThat(journal()).hasSize(done);
    assertThat(host.allDisks()).contains(foreign);
  }
}
