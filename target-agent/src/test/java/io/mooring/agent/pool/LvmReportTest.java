package io.mooring.agent.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooring.runtime.failure.Failure;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LvmReportTest {
  @Test
  void volumesAndTheirTagsAreRead() throws IOException {
    assertThat(LvmReport.volumes(Samples.read("lvs-volumes.json")))
        .hasSize(3)
        .anySatisfy(lv -> {
          assertThat(lv.name()).isEqualTo("mooring-0123456789abcdef0123456789abcdef");
          assertThat(lv.thinPool()).isEqualTo("thin");
          assertThat(lv.sizeBytes()).isEqualTo(67108864);
          assertThat(lv.tags())
              .containsExactly(
                  "mooring.io/cluster=lab", "mooring.io/name=pvc+20x", "mooring.io/state=creating");
        })
        .anySatisfy(lv -> assertThat(lv.tags()).isEmpty());
    assertThat(LvmReport.volumes(Samples.read("lvs-none.json"))).isEmpty();
  }

  @Test
  void aThinPoolIsRead() throws IOException {
    assertThat(LvmReport.pools(Samples.read("lvs-thin-pool.json")))
        .singleElement()
        .isEqualTo(
            new ThinPoolReport(
                "thin-pool",
                6442450944L,
                134217728L,
                0.0,
                10.69,
                true,
                "queue",
                "rHuHlG-CfO6-ZdaL-koFi-0JMS-G0yg-1mOz8i",
                "WJexEB-MjAc-6KGd-IZzQ-x0l5-vjqS-kffq7A",
                4194304,
                68153344,
                34073600));
  }

  @Test
  void anInactivePoolCountsAsFull() throws IOException {
    String inactive =
        Samples.read("lvs-thin-pool.json").replace("\"0.00\"", "\"\"").replace("10.69", "");

    assertThat(LvmReport.pools(inactive).getFirst().dataPercent()).isEqualTo(100);
  }

  @Test
  void whatIsNoReportIsRefused() throws IOException {
    String real = Samples.read("lvs-volumes.json");
    for (String text : new String[] {"", "[]", "{}", real.replace("lv_size", "size"), "x"}) {
      assertThatThrownBy(() -> LvmReport.volumes(text)).isInstanceOf(Failure.class);
    }
  }
}
