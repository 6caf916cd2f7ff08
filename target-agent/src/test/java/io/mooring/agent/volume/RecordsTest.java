package io.mooring.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.agent.identity.Serial;
import io.mooring.agent.identity.VolumeRecord;
import io.mooring.agent.pool.PoolScan;
import io.mooring.runtime.failure.Failure;
import io.mooring.runtime.failure.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordsTest {
  private static VolumeRecord volume(String digits, String cluster, String name, String pool) {
    return new VolumeRecord(
        new Serial(digits), cluster, name, pool, 1, VolumeRecord.State.READY, List.of());
  }

  private static final VolumeRecord ONE = volume("1".repeat(32), "a", "x", "p");

  @Test
  void clustersDoNotSeeEachOther() {
    Records records = new Records(List.of());
    records.put(ONE);

    assertThat(records.find("a", "x")).contains(ONE);
    assertThat(records.find("b", "x")).isEmpty();
    assertThat(records.find("b", ONE.serial())).isEmpty();
  }

  @Test
  void absenceIsNotClaimedBeforeEveryPoolWasRead() {
    Records records = new Records(List.of("p", "q"));
    records.load("p", new PoolScan(List.of(ONE), List.of(), List.of()));
    records.unreadable("q", "its disk is missing");

    assertThatThrownBy(records::requireComplete)
        .hasMessageContaining("its disk is missing")
        .extracting(thrown -> ((Failure) thrown).kind())
        .isEqualTo(Kind.UNAVAILABLE);

    records.load("q", new PoolScan(List.of(), List.of(), List.of()));
    assertThatCode(records::requireComplete).doesNotThrowAnyException();
  }

  @Test
  void oneRecordThatCannotBeReadKeepsAbsenceFromBeingClaimed() {
    Records records = new Records(List.of("p"));
    records.load("p", new PoolScan(List.of(ONE), List.of(), List.of("tags are damaged")));

    assertThat(records.find(ONE.serial())).isPresent();
    assertThatThrownBy(records::requireComplete).hasMessageContaining("tags are damaged");
  }

  @Test
  void copiesOfAVolumeAreReportedAndNotServed() {
    Records records = new Records(List.of("p", "q"));
    records.load("p", new PoolScan(List.of(ONE), List.of(), List.of()));
    VolumeRecord samePrefix = volume("1".repeat(25) + "2222222", "b", "y", "q");
    VolumeRecord sameName = volume("3".repeat(32), "a", "x", "q");

    records.load("q", new PoolScan(List.of(samePrefix, sameName), List.of(), List.of()));

    assertThat(records.all()).containsExactly(ONE);
    assertThat(records.troubles()).hasSize(2).allMatch(text -> text.contains("copy"));
    assertThat(records.isNaaTaken(samePrefix.serial())).isTrue();
    assertThat(records.isNaaTaken(sameName.serial())).isFalse();
  }
}
