package io.mooring.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchArgumentsTest {
  @Test
  void withoutArgumentsEverythingIsMeasuredAndTheLunsThatStayComeLast() {
    BenchArguments all = BenchArguments.of(List.of());

    assertThat(all.luns()).isEqualTo(300);
    assertThat(all.parts()).containsExactly(Part.values()).endsWith(Part.SCALE);
  }

  @Test
  void singlePartsRunInTheirOrder() {
    BenchArguments some = BenchArguments.of(List.of("--long", "--only", "scale,load"));

    assertThat(some.luns()).isEqualTo(1000);
    assertThat(some.parts()).containsExactly(Part.LOAD, Part.SCALE);
  }

  @Test
  void whatIsNotKnownIsRefusedBeforeALabIsStarted() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchArguments.of(List.of("--only", "loda")))
        .withMessageContaining("loda")
        .withMessageContaining("stage,stall,load");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchArguments.of(List.of("--only")))
        .withMessageContaining("usage");
  }
}
